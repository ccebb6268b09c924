/**
 * Which account asks over the Unix socket: proved by a file, since Node has no SO_PEERCRED (ADR 0010).
 *
 * Who may write to the runtime directory is not trusted: a file may be a link, somebody else's that was moved or
 * linked here, or be exchanged at any moment. So everything is asked of one open descriptor: its owner, that it
 * has one name only, that nobody but its owner could have written it, and that it holds the challenge, which no
 * file that existed before can.
 */
import { hash, randomBytes, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  unlink,
  type FileHandle,
} from 'node:fs/promises'
import { join } from 'node:path'
import { CHALLENGE_FORM, proofText, PROOFS_DIRECTORY, type ProvedRequest } from '#domain/local-proof.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { DurationMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { PeerProofs, ProofReading } from '#agent/ports/peer-proofs.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { readUpTo } from './bounded-read.ts'

/** A client answers within milliseconds; a slow disk or a stopped terminal gets this long. */
const CHALLENGE_LIFE_MS: DurationMs = 10_000
/** Beyond it the oldest goes: whoever asks for many cannot keep others from theirs. */
const OPEN_LIMIT = 256
const PROOF_BYTES_LIMIT = 512
/** Whoever is in the group may leave a file; only its owner and the agent may take it away. */
const DIRECTORY_MODE = 0o1770
const WRITABLE_BY_OTHERS = 0o022

const sha256 = (text: string): string => hash('sha256', text, 'hex')

/** The agent's side. */
export class FileProofs implements PeerProofs {
  readonly lifeMs = CHALLENGE_LIFE_MS
  readonly #directory: string
  readonly #clock: Clock
  /** Challenge → when it ends, oldest first. */
  readonly #open = new Map<string, DurationMs>()

  constructor(runtimeDir: string, clock: Clock) {
    this.#directory = join(runtimeDir, PROOFS_DIRECTORY)
    this.#clock = clock
  }

  async prepare(gid: number | null): Promise<void> {
    const isOurs = await makeOwnDirectory(this.#directory)
    if (!isOurs) {
      // Whatever it is, and unlooked at: a rename leaves nothing to be exchanged in between.
      await rename(this.#directory, `${this.#directory}.${randomUUID()}.aside`)
      await makeOwnDirectory(this.#directory)
    }
    if (gid !== null) await chown(this.#directory, -1, gid).catch(() => {})
    // Last, since a change of owner may clear bits; and not by mkdir, whose mode the umask cuts.
    await chmod(this.#directory, DIRECTORY_MODE)
    await this.#sweep()
  }

  async issue(): Promise<string> {
    const now = this.#clock.monotonicNow()
    const before = this.#open.size
    for (const [challenge, end] of this.#open) {
      if (end > now && this.#open.size < OPEN_LIMIT) break
      this.#open.delete(challenge)
    }
    if (this.#open.size < before) await this.#sweep()
    const challenge = randomBytes(32).toString('hex')
    this.#open.set(challenge, now + CHALLENGE_LIFE_MS)
    return challenge
  }

  /** A challenge is used up by being answered, rightly or not. */
  async read(challenge: string, request: ProvedRequest): Promise<ProofReading> {
    const end = this.#open.get(challenge)
    this.#open.delete(challenge)
    // Before the disk is touched: a name that was not given out here names no file.
    if (end === undefined) return refused('the challenge is unknown, or was used before')
    const path = join(this.#directory, challenge)
    try {
      if (end <= this.#clock.monotonicNow()) return refused('the challenge is too old')
      return await readProof(path, proofText(challenge, request, sha256))
    } finally {
      await unlink(path).catch(() => {})
    }
  }

  /** Proofs that nobody came back for. */
  async #sweep(): Promise<void> {
    const names = await readdir(this.#directory).catch(() => [])
    const left = names.filter((name) => !this.#open.has(name))
    await Promise.all(left.map((name) => unlink(join(this.#directory, name)).catch(() => {})))
  }
}

/** False: something else has that name. */
async function makeOwnDirectory(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST') {
      const detail = `${path} cannot be made (${errorCode(cause)})`
      throw new HoldfastProblem('directory_unusable', detail, { cause })
    }
  }
  const stat = await lstat(path)
  return stat.isDirectory() && stat.uid === process.geteuid?.()
}

async function readProof(path: string, expected: string): Promise<ProofReading> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  let file: FileHandle
  try {
    file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    return refused(`its file cannot be opened (${errorCode(error)})`)
  }
  try {
    const { uid, nlink, mode, ...stat } = await file.stat()
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) return refused('its file is no regular file')
    if (nlink !== 1) return refused('its file has more than one name')
    if ((mode & WRITABLE_BY_OTHERS) !== 0) return refused('its file can be written by others than its owner')
    if (stat.size > PROOF_BYTES_LIMIT) return refused('its file is too large')
    const content = readUpTo(file.fd, PROOF_BYTES_LIMIT)
    const said = content === null ? null : Buffer.from(content).toString('latin1')
    return said === expected ? { kind: 'proved', uid } : refused('its file speaks of another request')
  } catch (error) {
    return refused(`its file cannot be read (${errorCode(error)})`)
  } finally {
    await file.close()
  }
}

function refused(why: string): ProofReading {
  return { kind: 'refused', why }
}

/**
 * The asking side. The directory is opened once and the file is made in what was opened: whoever may write to the
 * runtime directory must not be able to make an administrator's command write somewhere else.
 */
export async function leaveProof(
  runtimeDir: string,
  challenge: string,
  request: ProvedRequest,
  trustedUids: readonly number[],
): Promise<{ remove(): Promise<void> }> {
  const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_DIRECTORY } = constants
  if (!CHALLENGE_FORM.test(challenge)) throw untrusted('the challenge is no name of the agent’s form')
  const path = join(runtimeDir, PROOFS_DIRECTORY)
  const directory = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  try {
    const { uid } = await directory.stat()
    if (!trustedUids.includes(uid)) throw untrusted(`${path} belongs to uid ${uid}`)
    const name = `/proc/self/fd/${directory.fd}/${challenge}`
    const file = await open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
    try {
      await file.writeFile(proofText(challenge, request, sha256))
      // The agent may be another user; there is nothing secret in it. The umask has no say.
      await file.chmod(0o644)
    } finally {
      await file.close()
    }
    return { remove: () => rm(join(path, challenge), { force: true }).catch(() => {}) }
  } finally {
    await directory.close()
  }
}

function untrusted(what: string): HoldfastProblem {
  return new HoldfastProblem('agent_unreachable', `what answers is not trusted: ${what}`)
}

/**
 * The restart flag on a real file system (WD7).
 *
 * Whoever renames the flag into `claims/` has it: a rename succeeds once. Only then is it looked at, under a
 * name that its writer no longer knows. What lies in `claims/` when the watchdog starts was claimed before a
 * crash and comes first.
 *
 * The way from a flag to its content is a dozen short calls, and somebody waits: made in place, since through
 * another thread each would take many times its own time.
 */
import { randomUUID } from 'node:crypto'
import { constants, existsSync, lstatSync, mkdirSync, renameSync, type Stats } from 'node:fs'
import { link, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { HoldfastProblem } from '#domain/problems.ts'
import { readRestartFlag } from '#domain/schemas/restart-flag.ts'
import type { Claim, FlagDirectory, FlagPublisher } from '#agent/ports/flag-directory.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { watchDirectory } from './directory-watch.ts'
import type { DirectoryWatch } from './directory-watch.ts'
import { readFlagFile } from './flag-file.ts'
import { UnseenFlags } from './unseen-flags.ts'

/** Enough to see what somebody keeps trying; the oldest go first. */
const REJECTED_KEPT = 100

export interface FlagPlace {
  readonly flag: string
  readonly allowedUids: readonly number[]
}

export function openFlagDirectory({ flag, allowedUids }: FlagPlace): FlagDirectory {
  return new RealFlagDirectory(flag, allowedUids)
}

interface Taken {
  readonly name: string
  readonly unseen: number
  readonly isLeftover: boolean
}

class RealFlagDirectory implements FlagDirectory {
  readonly #flag: string
  readonly #allowedUids: readonly number[]
  /** One at most in practice: what it counts is counted for all. */
  readonly #watches = new Set<DirectoryWatch>()
  /** Null until the first look, and when all is recalled: later claims in the directory are in work. */
  #leftover: string[] | null = null
  readonly #unseen = new UnseenFlags()
  #rejections = 0

  constructor(flag: string, allowedUids: readonly number[]) {
    this.#flag = flag
    this.#allowedUids = allowedUids
  }

  async claim(): Promise<Claim> {
    for (const watch of this.#watches) watch.rearm()
    this.#leftover ??= await this.#findLeftover()
    for (let name = this.#leftover.shift(); name !== undefined; name = this.#leftover.shift()) {
      const claim = await this.#examine({ name, unseen: 0, isLeftover: true })
      if (claim.kind !== 'none') return claim
    }
    const taken = this.#take()
    return taken === null ? { kind: 'none' } : this.#examine(taken)
  }

  recall(): void {
    this.#leftover = null
  }

  async settle(claim: string): Promise<void> {
    await rm(this.#claimPath(claim), { force: true })
  }

  async reject(claim: string): Promise<string> {
    const directory = this.#beside('rejected')
    ownDirectory(directory)
    this.#rejections += 1
    // Names sort by age: the time, then the order within one millisecond.
    const order = String(this.#rejections).padStart(6, '0')
    const file = join(directory, `${new Date().toISOString().replaceAll(/[-:.]/g, '')}-${order}-${claim}`)
    await rename(this.#claimPath(claim), file)
    await keepNewest(directory, REJECTED_KEPT)
    return file
  }

  watch(wake: () => void): { close(): void } {
    const own = basename(this.#flag)
    const watch = watchDirectory(dirname(this.#flag), (name, event) => {
      if (event === null) this.#unseen.begin(existsSync(this.#flag))
      else if (name === own && event === 'rename') this.#unseen.saw()
      if (name === null || name === own) wake()
    })
    this.#unseen.begin(existsSync(this.#flag))
    this.#watches.add(watch)
    return {
      close: () => {
        this.#watches.delete(watch)
        watch.close()
      },
    }
  }

  #take(): Taken | null {
    // Asked first, so that an idle look creates nothing and costs one system call.
    if (lstatOrNull(this.#flag) === null) return null
    ownDirectory(this.#beside('claims'))
    const name = `${basename(this.#flag)}.${randomUUID()}`
    const { events } = this.#unseen
    try {
      renameSync(this.#flag, this.#claimPath(name))
      return { name, unseen: this.#unseen.took(events), isLeftover: false }
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return null
      throw unusable(dirname(this.#flag), cause)
    }
  }

  async #examine({ name, unseen, isLeftover }: Taken): Promise<Claim> {
    const reading = await readFlagFile(this.#claimPath(name), this.#allowedUids)
    switch (reading.kind) {
      case 'gone':
        return { kind: 'none' }
      case 'flag': {
        const { content, ownerUid, writtenAt } = reading
        return { kind: 'flag', flag: { claim: name, content, ownerUid, writtenAt, isLeftover }, unseen }
      }
      case 'refused': {
        const owner = reading.ownerUid ?? lstatOrNull(this.#claimPath(name))?.uid ?? null
        return {
          kind: 'rejected',
          reason: reading.reason,
          file: await this.#rejectOrRemove(name),
          ownerUid: owner,
          unseen,
        }
      }
    }
  }

  /** It must leave `claims/`, or it would come back at every start. */
  async #rejectOrRemove(name: string): Promise<string> {
    try {
      return await this.reject(name)
    } catch {
      await rm(this.#claimPath(name), { recursive: true, force: true })
      return this.#claimPath(name)
    }
  }

  async #findLeftover(): Promise<string[]> {
    const prefix = `${basename(this.#flag)}.`
    const names = await readdir(this.#beside('claims')).catch(() => [])
    return names.filter((name) => name.startsWith(prefix)).toSorted()
  }

  #claimPath(claim: string): string {
    return join(this.#beside('claims'), basename(claim))
  }

  #beside(name: string): string {
    return join(dirname(this.#flag), name)
  }
}

/**
 * The directory of the flag may be writable by the target's user, who must not be able to make us rename a flag
 * out of it: a link, or a directory of somebody else, is not used.
 */
function ownDirectory(path: string): void {
  let stat = lstatOrNull(path)
  if (stat === null) {
    makeDirectory(path)
    stat = lstatSync(path)
  }
  if (stat.isDirectory() && stat.uid === process.geteuid?.()) return
  throw new HoldfastProblem('directory_unusable', `${path} is not a directory of the watchdog's own user`)
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST') throw unusable(path, cause)
  }
}

function unusable(path: string, cause: unknown): HoldfastProblem {
  return new HoldfastProblem('directory_unusable', `${path} cannot be written (${errorCode(cause)})`, {
    cause,
  })
}

function lstatOrNull(path: string): Stats | null {
  try {
    // Its absence is the rule: no error is made of it, with a stack that nobody reads.
    return lstatSync(path, { throwIfNoEntry: false }) ?? null
  } catch {
    return null
  }
}

async function keepNewest(directory: string, count: number): Promise<void> {
  const names = (await readdir(directory)).toSorted()
  for (const name of names.slice(0, Math.max(0, names.length - count))) {
    await rm(join(directory, name), { recursive: true, force: true })
  }
}

/** For Holdfast's own writers: a flag appears whole or not at all, and never replaces one that still stands. */
export function openFlagPublisher(flag: string): FlagPublisher {
  return {
    publish: async (content) => {
      const unfinished = join(dirname(flag), `.${basename(flag)}.${randomUUID()}`)
      try {
        await writeDurably(unfinished, content)
        return await linkUnlessStanding(unfinished, flag)
      } catch (cause) {
        throw unusable(dirname(flag), cause)
      } finally {
        await rm(unfinished, { force: true })
      }
    },
    standing: () => standingRequest(flag),
  }
}

async function standingRequest(flag: string): Promise<string | null> {
  if (lstatOrNull(flag) === null) return null
  const reading = await readFlagFile(flag, null)
  if (reading.kind === 'gone') return null
  if (reading.kind === 'refused') return ''
  const content = readRestartFlag(Buffer.from(reading.content).toString('utf8'))
  return (content.ok && content.value.request_id) || ''
}

async function linkUnlessStanding(unfinished: string, flag: string): Promise<'published' | 'pending'> {
  try {
    await link(unfinished, flag)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return 'pending'
    throw error
  }
  await rm(unfinished)
  await syncDirectory(dirname(flag))
  return 'published'
}

async function writeDurably(path: string, content: string): Promise<void> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
  const file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o640)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/**
 * The agent's Unix socket in the runtime directory. It is bound under a name of its own and only then linked to
 * the one that everybody knows, so that it appears with its mode and group already right.
 *
 * A socket outlives its process. Whether one is dead can be asked, but between asking and removing it another
 * agent may have come; so only who holds a lock looks and removes. The lock lies in a directory of the agent's
 * own: the runtime directory may be writable for the target's user, who must not lead us to write through a link.
 */
import { randomUUID } from 'node:crypto'
import { chmod, chown, link, lstat, mkdir, rename, rm, unlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { AGENT_SOCKET_FILE } from '#domain/local-proof.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { takeLock, type ProcessLock } from '#agent/store/process-lock.ts'

/** The kernel takes 107 bytes for a socket's path; this leaves room for every name that is used here. */
const DIRECTORY_BYTES_LIMIT = 80
const LOCK_DIRECTORY = 'agent'
const TRIES_LIMIT = 5

export interface PublishedSocket {
  readonly path: string
  /** Before the server closes: nobody shall find a socket that no longer answers. */
  withdraw(): Promise<void>
}

export async function publishSocket(
  runtimeDir: string,
  gid: number | null,
  listen: (path: string) => Promise<unknown>,
): Promise<PublishedSocket> {
  if (Buffer.byteLength(runtimeDir) > DIRECTORY_BYTES_LIMIT) {
    const detail = `the path ${runtimeDir} is too long for a socket in it: at most ${DIRECTORY_BYTES_LIMIT} bytes`
    throw new HoldfastProblem('directory_unusable', detail)
  }
  const path = join(runtimeDir, AGENT_SOCKET_FILE)
  const unfinished = join(runtimeDir, `.${randomUUID().slice(0, 8)}.sock`)
  const lock = await lockSocket(runtimeDir)
  try {
    await listen(unfinished)
    // Where the group is not ours to give, the socket is for its owner and root.
    if (gid !== null) await chown(unfinished, -1, gid).catch(() => {})
    await chmod(unfinished, 0o660)
    await linkOverDead(unfinished, path)
  } catch (error) {
    lock.release()
    throw error
  } finally {
    await rm(unfinished, { force: true })
  }
  return {
    path,
    withdraw: async () => {
      await rm(path, { force: true })
      lock.release()
    },
  }
}

async function lockSocket(runtimeDir: string): Promise<ProcessLock> {
  const directory = join(runtimeDir, LOCK_DIRECTORY)
  await mkdir(directory, { mode: 0o700 }).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error
  })
  const stat = await lstat(directory)
  if (stat.isDirectory() && stat.uid === process.geteuid?.()) return takeLock(directory, 'socket')
  throw new HoldfastProblem('directory_unusable', `${directory} is not a directory of the agent's own user`)
}

async function linkOverDead(unfinished: string, path: string): Promise<void> {
  for (let look = 1; look <= TRIES_LIMIT; look++) {
    try {
      return await link(unfinished, path)
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
    // One without the lock, as after somebody cleared the directory under a running agent.
    if (await answers(path)) throw taken(path)
    await remove(path)
  }
  throw taken(path)
}

/** A directory that somebody put there gets another name: what is in it is not ours. */
async function remove(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!['EISDIR', 'EPERM'].includes(errorCode(error))) throw error
    await rename(path, `${path}.${randomUUID()}.aside`)
  }
}

/** Whether some process accepts connections there. In doubt it does: a live one is never taken away. */
function answers(path: string): Promise<boolean> {
  return new Promise((settle) => {
    const asked = connect(path)
    asked.on('connect', () => {
      asked.destroy()
      settle(true)
    })
    asked.on('error', (error) => settle(!DEAD.includes(errorCode(error))))
  })
}

/** ELOOP: a link to itself in place of the socket. */
const DEAD = ['ECONNREFUSED', 'ENOENT', 'ENOTSOCK', 'ELOOP']

function taken(path: string): HoldfastProblem {
  return new HoldfastProblem('already_running', `another agent answers on ${path}`)
}

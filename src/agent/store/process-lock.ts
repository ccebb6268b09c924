/**
 * One process at a time on a directory. The lock is SQLite's own on an otherwise empty file: the kernel
 * releases it when its holder dies, however it dies, and nobody can take it in between.
 */
import { existsSync } from 'node:fs'
import { chown, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { HoldfastProblem } from '#domain/problems.ts'

export interface ProcessLock {
  release(): void
}

/** Whether some process holds the lock now. */
export async function isLocked(directory: string, name: string): Promise<boolean> {
  if (!existsSync(directory)) return false
  try {
    const lock = await takeLock(directory, name)
    lock.release()
    return false
  } catch (error) {
    if (error instanceof HoldfastProblem && error.code === 'already_running') return true
    throw error
  }
}

export async function takeLock(directory: string, name: string): Promise<ProcessLock> {
  const holderFile = join(directory, `${name}.pid`)
  const file = join(directory, `${name}.lock`)
  let database: DatabaseSync | null = null
  try {
    database = new DatabaseSync(file)
    // Its own journal in memory: nothing is ever written, and on a full disk one on disk could not be begun.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (cause) {
    database?.close()
    if (!String(cause).includes('locked')) {
      const why = (cause as Error).message
      throw new HoldfastProblem('directory_unusable', `${file} is no lock file (${why})`, { cause })
    }
    const holder = await readFile(holderFile, 'utf8').catch(() => 'unknown')
    throw new HoldfastProblem('already_running', `process ${holder.trim() || 'unknown'} uses ${directory}`, {
      cause,
    })
  }
  // It only tells a second one whom it met: on a full disk the lock holds without it.
  await writeFile(holderFile, `${process.pid}\n`).catch(() => undefined)
  await giveToOwner(directory, [file, holderFile])
  return { release: () => database.close() }
}

/** Made by root, who may be called by hand, they must serve the account of the directory too. */
async function giveToOwner(directory: string, files: readonly string[]): Promise<void> {
  if (process.geteuid?.() !== 0) return
  const { uid, gid } = await stat(directory)
  for (const file of files) await chown(file, uid, gid).catch(() => undefined)
}

/** Files that others read while they are replaced: each appears whole, or stays as it was. */
import { randomUUID } from 'node:crypto'
import { chmodSync, lstatSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { DurationMs, EpochMs } from '#domain/time.ts'

/** `flush`: on the disk before it appears, so that no power failure leaves an empty file under the name. */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  { flush = false, mode = AS_A_NEW_FILE.mode }: { readonly flush?: boolean; readonly mode?: number } = {},
): Promise<void> {
  const unfinished = besideIt(path)
  try {
    await writeFile(unfinished, content, { ...AS_A_NEW_FILE, flush, mode })
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

/**
 * For what lies in memory, as the runtime directory does: there, other threads cost more than the writing. `forAll`: readable
 * by every account that may search the directory, whatever this process takes from new files by itself.
 */
export function replaceFileInPlace(
  path: string,
  content: string,
  { forAll = false }: { readonly forAll?: boolean } = {},
): void {
  const unfinished = besideIt(path)
  try {
    writeFileSync(unfinished, content, AS_A_NEW_FILE)
    if (forAll) chmodSync(unfinished, AS_A_NEW_FILE.mode)
    renameSync(unfinished, path)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

/** A name of its own, made anew (`wx`): where others may write to the directory, a link could lie there. */
const AS_A_NEW_FILE = { mode: 0o644, flag: 'wx' } as const

/** Nobody takes that long between a file and its name. */
const ABANDONED_MS: DurationMs = 60_000

/** What somebody was killed over, who wrote `path`: for those who come seldom enough to look. */
export function removeAbandoned(path: string, now: EpochMs): void {
  const [place, name] = [dirname(path), basename(path)]
  for (const one of readdirSync(place)) {
    if (!one.startsWith(`${name}.`) || !one.endsWith(UNFINISHED)) continue
    const changed = lstatSync(join(place, one), { throwIfNoEntry: false })?.mtimeMs
    if (changed !== undefined && changed < now - ABANDONED_MS) rmSync(join(place, one), { force: true })
  }
}

const UNFINISHED = '.new'

/** A name of its own, of which `removeAbandoned` knows. */
export function besideIt(path: string): string {
  return `${path}.${randomUUID()}${UNFINISHED}`
}

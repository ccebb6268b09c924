/** Files that others read while they are replaced: each appears whole, or stays as it was. */
import { randomUUID } from 'node:crypto'
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'

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

function besideIt(path: string): string {
  return `${path}.${randomUUID()}.new`
}

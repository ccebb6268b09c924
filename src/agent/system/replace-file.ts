/** Files that others read while they are replaced: each appears whole, or stays as it was. */
import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'

export async function replaceFile(path: string, content: string): Promise<void> {
  // A name of its own, made anew (`wx`): where others may write to the directory, a link could lie there.
  const unfinished = `${path}.${randomUUID()}.new`
  try {
    await writeFile(unfinished, content, { mode: 0o644, flag: 'wx' })
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

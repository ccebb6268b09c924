import { renameSync, rmSync, writeFileSync } from 'node:fs'

/** Readers see the old file or the new one, never half of it. Small files only: it blocks. */
export function replaceFile(path: string, content: string): void {
  const unfinished = `${path}.new`
  // Made anew each time (`wx`): where others may write to the directory, a link of this name could lie there.
  rmSync(unfinished, { force: true })
  writeFileSync(unfinished, content, { mode: 0o644, flag: 'wx' })
  renameSync(unfinished, path)
}

export function replaceJson(path: string, value: unknown): void {
  replaceFile(path, `${JSON.stringify(value)}\n`)
}

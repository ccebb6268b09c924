import { renameSync, writeFileSync } from 'node:fs'

/** Readers see the old file or the new one, never half of it. Small files only: it blocks. */
export function replaceJson(path: string, value: unknown): void {
  // One writer per file, so its own process id is enough to keep the name to itself.
  const unfinished = `${path}.${process.pid}.new`
  writeFileSync(unfinished, `${JSON.stringify(value)}\n`, { mode: 0o644 })
  renameSync(unfinished, path)
}

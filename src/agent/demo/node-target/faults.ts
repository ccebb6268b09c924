/** The faults file as the target reads it: looked at often, parsed only when it changed. */
import { readFileSync, statSync } from 'node:fs'
import { NO_FAULTS } from '../faults-file.ts'
import type { Faults } from '../faults-file.ts'

const NONE: Faults = { ...NO_FAULTS, export_pause_ms: 0 }

export function faultsReader(path: string): () => Faults {
  let seen = ''
  let faults = NONE
  return () => {
    try {
      const { mtimeMs, ino, size } = statSync(path)
      const version = `${mtimeMs} ${ino} ${size}`
      if (version !== seen)
        faults = { ...NONE, ...(JSON.parse(readFileSync(path, 'utf8')) as Partial<Faults>) }
      seen = version
      return faults
    } catch {
      // No file, or one that cannot be read: the target is never worse off than it was told to be.
      return NONE
    }
  }
}

import { statSync } from 'node:fs'

/** Another one whenever a file was written or replaced; null where there is none of this kind, or none to see. */
export function stampOf(path: string, kind: 'isFile' | 'isFIFO'): string | null {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    return stat?.[kind]() === true ? `${stat.ino}:${stat.mtimeMs}` : null
  } catch {
    return null // the way to it is closed to us
  }
}

/** What the target is told to do wrong. It looks at this file by itself; see `target/faults.py`. */
import { replaceJson } from './replace-json.ts'

export interface Faults {
  /** How long a reader of an export dawdles between two pages. */
  readonly export_pause_ms: number
  readonly leak_kb_per_request: number
  readonly crash_at_boot: boolean
}

export const NO_FAULTS: Faults = { export_pause_ms: 15, leak_kb_per_request: 0, crash_at_boot: false }

export function writeFaults(path: string, faults: Faults): void {
  replaceJson(path, faults)
}

import type { Host } from './host.ts'

export interface Act {
  readonly weight: number
  /** What was done, in words; null: there was nothing to do it to. */
  readonly act: (host: Host) => string | null
}

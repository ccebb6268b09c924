import type { Host } from './host.ts'

export interface Act {
  readonly weight: number
  /** The moment for it, which is rare; without one it may happen at any time. */
  readonly when?: (host: Host) => boolean
  /** What was done, in words; null: there was nothing to do it to. */
  readonly act: (host: Host) => string | null
}

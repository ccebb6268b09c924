import type { TargetHealth } from '../schemas/health.ts'
import type { DurationMs, EpochMs } from '../time.ts'

/** What the last look at the target saw. */
export type ProbeOutcome =
  | { readonly kind: 'never' }
  | {
      readonly kind: 'answered'
      /** null: a plain status endpoint, known by its status code alone. */
      readonly health: TargetHealth | null
      readonly httpStatus: number
      readonly latencyMs: DurationMs
      readonly at: EpochMs
    }
  | {
      readonly kind: 'failed'
      readonly reason: 'timeout' | 'refused' | 'reset' | 'malformed' | 'http_5xx'
      readonly at: EpochMs
    }

/** How far a request has come, by its line in the restart history; each time is the agent's. */
import type { RestartLine } from '#domain/schemas/worker-api.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'

export interface FollowedRequest {
  readonly requestId: string
  readonly acceptedAt: EpochMs
}

export type Progress =
  /** The watchdog has it, or will: nothing was signalled yet. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'signalled'; readonly signalledAt: EpochMs }
  | {
      readonly kind: 'verified'
      readonly signalledAt: EpochMs
      readonly endedAt: EpochMs
      readonly helped: boolean | null
      readonly detail: string | null
    }
  | {
      readonly kind: 'failed'
      /** null: nothing was signalled. */
      readonly signalledAt: EpochMs | null
      readonly endedAt: EpochMs
      readonly reason: string
      readonly detail: string | null
    }
  | { readonly kind: 'refused'; readonly endedAt: EpochMs; readonly reason: string }
  | { readonly kind: 'silent' }

/** The watchdog's own limits are shorter: preflight 10 s, the verification of a restart 40 s, of the service 70 s. */
const SILENT_AFTER_MS: DurationMs = 150_000

export function progressOf(
  { requestId, acceptedAt }: FollowedRequest,
  history: readonly RestartLine[],
  now: EpochMs,
): Progress {
  const line = history.findLast((one) => one.request_id === requestId)
  if (line === undefined) return now - acceptedAt > SILENT_AFTER_MS ? { kind: 'silent' } : { kind: 'waiting' }
  const beganAt = Date.parse(line.requested_at ?? '')
  const endedAt = Date.parse(line.completed_at ?? line.requested_at ?? '')
  const reason = line.decision_reason ?? ''
  if (line.kind === 'refused') return { kind: 'refused', endedAt, reason }
  if (line.kind !== 'attempt')
    return { kind: 'failed', signalledAt: null, endedAt, reason, detail: line.detail }
  if (line.success === null) {
    return now - beganAt > SILENT_AFTER_MS ? { kind: 'silent' } : { kind: 'signalled', signalledAt: beganAt }
  }
  const { helped, detail } = line
  return line.success
    ? { kind: 'verified', signalledAt: beganAt, endedAt, helped, detail }
    : { kind: 'failed', signalledAt: beganAt, endedAt, reason, detail }
}

export function isEnded({ kind }: Progress): boolean {
  return kind !== 'waiting' && kind !== 'signalled'
}

/**
 * The ladder as the restart history tells it (WD16). A line does not say which rung was tried, only how it ended: what
 * ended without saying is taken for the weakest, so that no stronger rung is offered too early. The watchdog, which
 * knows, has the last word.
 */
import type { Rung } from '#domain/journal/events.ts'
import { ladder, type RungOffer, type TriedRung } from '#domain/policy/ladder.ts'
import { isInPolicyWindow } from '#domain/policy/restarts.ts'
import type { WorkerStatus } from '#domain/schemas/worker-api.ts'
import type { EpochMs } from '#domain/time.ts'

const RUNG_OF_REASON: Readonly<Record<string, Rung>> = {
  signal_sighup: 'reload',
  workers_rolled: 'roll',
  service_restarted: 'service',
}

export function rungOffers(status: WorkerStatus, now: EpochMs): RungOffer[] {
  return ladder({ tried: triedIn(status, now), service: { kind: 'available' } })
}

function triedIn({ restart_history: lines, policy_state: policy }: WorkerStatus, now: EpochMs): TriedRung[] {
  return lines.flatMap((line) => {
    const at = Date.parse(line.requested_at ?? '')
    if (line.kind !== 'attempt' || line.success === null) return []
    if (!isInPolicyWindow(at, now, policy.window_seconds * 1000)) return []
    const rung = RUNG_OF_REASON[line.decision_reason ?? ''] ?? 'reload'
    return [{ rung, success: line.success, helped: line.helped }]
  })
}

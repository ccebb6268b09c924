/** How the present state ends, with what is known of it now. */
import type { WorkerStatus } from '#domain/schemas/worker-api.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import { durationText } from '#domain/units.ts'
import { localText } from '#web/clock-text.ts'
import { recoverMessages } from '#web/messages-recover.ts'

const { watchdog: words } = recoverMessages

export function stateEnd(
  { policy_state: policy, guard, pause }: WorkerStatus,
  { leftMs, now }: { readonly leftMs: DurationMs; readonly now: EpochMs },
): string {
  switch (policy.state) {
    case 'allowed':
    case 'restarting':
    case 'circuit_gated':
      return words.ends[policy.state]
    case 'cooldown':
      return leftMs > 0 ? words.cooldownLeft(countdownText(leftMs)) : words.cooldownAlmost
    case 'guarded':
      return guard.latched ? words.ends.guarded : words.budgetSpent
    case 'paused': {
      const until = Date.parse(pause?.until ?? '')
      return Number.isNaN(until) ? words.pausedOpen : words.pausedUntil(localText(until, now))
    }
  }
}

/** Whole seconds, rounded up: who waits as long as told is never too early. */
export function countdownText(leftMs: DurationMs): string {
  return durationText(Math.ceil(leftMs / 1000) * 1000)
}

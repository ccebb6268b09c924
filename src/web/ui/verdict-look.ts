import type { Verdict } from '#domain/health/verdict.ts'
import { messages } from '#web/messages.ts'
import type { Look } from '#web/ui/look.ts'

const { levels } = messages

/** Red is rare, so that it is believed: only where the target does not serve. */
export const VERDICT_LOOKS: Record<Verdict['level'], Look> = {
  healthy: { tone: 'ok', shape: 'disc', word: levels.healthy },
  degraded: { tone: 'held', shape: 'triangle', word: levels.degraded },
  unhealthy: { tone: 'bad', shape: 'cross', word: levels.unhealthy },
  unknown: { tone: 'unknown', shape: 'ring', word: levels.unknown },
}

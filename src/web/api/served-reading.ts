/**
 * What came with the document, read without the schema library, which would weigh as much as everything else that is needed for
 * the first page (ADR 0038): whether it is as the schemas promise, a shape rendered from them says.
 */
import { verdictOf } from '#domain/health/verdict.ts'
import type { Health, ToldHealth } from '#domain/schemas/health.ts'
import type { ServedSnapshot } from '#domain/schemas/served-snapshot.ts'
import type { ServedReading } from '#web/api/agent-api.ts'
import { fits } from '#web/api/fits.ts'
import type { HealthReading } from '#web/api/health-reading.ts'
import { parseSafely } from '#web/api/safe-json.ts'
import SHAPE from '#web/api/served-shape.json'

/** null: it is not as promised, and only the schemas can say what can be made of it. */
export function plainServedReading(text: string): ServedReading | null {
  const told = parseSafely(text)
  if (!fits(SHAPE, told)) return null
  const {
    at,
    health,
    watchdog_running: watchdogRunning,
    visitor,
  } = told as ServedSnapshot & { health: Health }
  return { reading: readingOf({ ...health, switched_off: [] }), agentNow: at, watchdogRunning, visitor }
}

/** Of a payload in which nothing is missing. */
export function readingOf(value: Health & ToldHealth): HealthReading {
  const { policy_state: policy, restart_churn: churn } = value.resilience
  return {
    health: { kind: 'read', value },
    verdict: (facts) => verdictOf(value, facts),
    policy: { kind: 'read', value: policy },
    churn: { kind: 'read', value: churn },
    dropped: [],
  }
}

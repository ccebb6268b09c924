/** What the target looked like before and after, and whether the restart helped (WD14). */
import { keptText } from '#domain/free-text.ts'
import type { ProbeOutcome } from '#domain/health/probe-outcome.ts'
import type { Evidence } from '#domain/journal/events.ts'
import type { SeenOutcome } from '#agent/intake/read-answer.ts'
import type { ActContext, ActResult } from './act.ts'
import { isWell } from './observe.ts'
import { didItHelp } from '#domain/watchdog/did-it-help.ts'

/** Of what the target gives as its reason: a code, or a sentence. */
const REASON_CHARACTERS = 200

export function evidenceOf(outcome: ProbeOutcome): Evidence {
  if (outcome.kind === 'never') {
    return { healthy: false, saturation: null, error_ratio: null, reason: 'not_probed_yet' }
  }
  if (outcome.kind === 'failed') {
    return { healthy: false, saturation: null, error_ratio: null, reason: outcome.reason }
  }
  const told = outcome.health?.degraded_reason ?? null
  return {
    healthy: isWell(outcome),
    saturation: outcome.health?.database_pool?.state.saturation ?? null,
    // Requests are the agent's to count; datagrams neither cause nor judge a restart (WD6).
    error_ratio: null,
    reason: told === null ? null : keptText(told, REASON_CHARACTERS),
  }
}

/**
 * A moment later, not at once: a pool is empty right after any restart, and full again a second later where
 * the restart did not help.
 */
export async function judge(
  { world, rules, beat }: ActContext,
  before: Evidence,
  { success }: ActResult,
): Promise<{ after: Evidence; helped: boolean | null; outcome: SeenOutcome }> {
  const isTroubled = didItHelp(before, null, rules.help).before.length > 0
  const waits = success && isTroubled ? Math.ceil(rules.judgeAfterMs / rules.probeIntervalMs) : 0
  for (let wait = 0; wait < waits; wait++) {
    await beat()
    await world.sleep(rules.probeIntervalMs)
  }
  const outcome = await world.probe()
  const after = evidenceOf(outcome)
  return { after, helped: didItHelp(before, after, rules.help).helped, outcome }
}

/** What the target looked like before and after, and whether the restart helped (WD14). */
import { keptText } from '#domain/free-text.ts'
import type { ProbeOutcome } from '#domain/health/probe-outcome.ts'
import type { Evidence } from '#domain/journal/events.ts'
import type { DurationMs } from '#domain/time.ts'
import { didItHelp, type Trouble } from '#domain/watchdog/did-it-help.ts'
import { failingShare } from '#domain/watchdog/failing-requests.ts'
import type { SeenOutcome } from '#agent/intake/read-answer.ts'
import type { ActContext, ActResult } from './act.ts'
import { isWell } from './observe.ts'
import { timeNow, type World } from './world.ts'

/** Of what the target gives as its reason: a code, or a sentence. */
const REASON_CHARACTERS = 200

export function evidenceOf(outcome: ProbeOutcome, errorRatio: number | null): Evidence {
  if (outcome.kind === 'never') {
    return { healthy: false, saturation: null, error_ratio: errorRatio, reason: 'not_probed_yet' }
  }
  if (outcome.kind === 'failed') {
    return { healthy: false, saturation: null, error_ratio: errorRatio, reason: outcome.reason }
  }
  const told = outcome.health?.degraded_reason ?? null
  return {
    healthy: isWell(outcome),
    saturation: outcome.health?.database_pool?.state.saturation ?? null,
    error_ratio: errorRatio,
    reason: told === null ? null : keptText(told, REASON_CHARACTERS),
  }
}

/** Where requests come seldom it takes longer until enough of them are counted. */
const PATIENCE = 4
/** Long enough for a share, short enough for now. */
const BEFORE_MS: DurationMs = 30_000

export async function evidenceBefore(world: World, outcome: ProbeOutcome): Promise<Evidence> {
  return evidenceOf(outcome, await failingSince(world, world.clock.monotonicNow() - BEFORE_MS))
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
  const restartedAt = world.clock.monotonicNow()
  const troubles = success ? didItHelp(before, null, rules.help).before : []
  const looks = (duration: DurationMs) => Math.ceil(duration / rules.probeIntervalMs)
  for (let wait = 0; wait < looks(rules.judgeAfterMs * PATIENCE); wait++) {
    const isLongEnough = wait >= looks(rules.judgeAfterMs)
    if (troubles.length === 0 || (isLongEnough && (await isTold(world, troubles, restartedAt)))) break
    await beat()
    await world.sleep(rules.probeIntervalMs)
  }
  const outcome = await world.probe()
  const after = evidenceOf(outcome, await failingSince(world, restartedAt))
  return { after, helped: didItHelp(before, after, rules.help).helped, outcome }
}

async function isTold(world: World, troubles: readonly Trouble[], since: DurationMs): Promise<boolean> {
  return !troubles.includes('failing_requests') || (await failingSince(world, since)) !== null
}

async function failingSince(world: World, since: DurationMs): Promise<number | null> {
  const traffic = await world.readTraffic()
  return failingShare(traffic, since, timeNow(world))
}

/**
 * One look, and at most one restart. Events only wake the watchdog: what it does is what it finds, and every
 * line can be where the power fails.
 */
import type { RestartAsk } from '#domain/journal/events.ts'
import { decisionBodyOf } from '#domain/policy/from-history.ts'
import { attempt, type Allowed } from './attempt.ts'
import { decideWish } from './decide-wish.ts'
import { latchIfDue } from './latch.ts'
import { record, type Memory } from './memory.ts'
import { latchForBootLoop, noteLook, noteSight } from './note-changes.ts'
import { probeIfDue, sightTarget } from './observe.ts'
import { publish } from './publish.ts'
import type { WatchdogRules } from './rules.ts'
import { lookAtServiceWhenDue } from './service-view.ts'
import {
  closeForgotten,
  settle,
  takeRequest,
  unrecordedClaim,
  type Taken,
  type Wish,
} from './take-request.ts'
import type { World } from './world.ts'

/** Whether there may be more to do at once. */
export async function tick(world: World, rules: WatchdogRules, memory: Memory): Promise<boolean> {
  // An unfinished claim comes first (WD7), then a new flag, then what the machine itself wishes for.
  const taken = await takeRequest(world, rules, memory)
  const sight = await sightTarget(world, rules, memory)
  // Before the probe: a dead master is news, whatever its orphans may still answer.
  await noteSight(world, rules, memory, sight)
  const fresh = await probeIfDue(world, rules, memory, { isAsked: taken !== 'none' })
  if (fresh !== null) await noteLook(world, rules, memory, { ...sight, fresh })
  await latchIfDue(world, rules, memory)
  // A probe takes its time: the latch that the sight found may have opened meanwhile, and the loop goes on.
  await latchForBootLoop(world, rules, memory)
  if (taken === 'none') await closeForgotten(world, rules, memory)
  const wish = wishOf(world, memory, taken)
  if (wish !== null) await grantOrRefuse(world, rules, memory, { wish, found: sight.found })
  await lookAtServiceWhenDue(world, memory)
  await publish(world, rules, memory)
  return taken !== 'none'
}

function wishOf(world: World, memory: Memory, taken: Taken): Wish | null {
  if (taken === 'handled') return null
  if (taken !== 'none') return taken
  const [trigger] = memory.fired
  if (trigger === undefined) {
    memory.refusal = null
    return null
  }
  if (world.clock.monotonicNow() < memory.heldUntil) return null
  const ask: RestartAsk = {
    request_id: world.newId(),
    source: 'auto',
    // The machine uses the weakest rung alone (WD16).
    rung: 'reload',
    override: null,
    claimed: null,
    actor: { name: `watchdog:${trigger}`, ip: null },
  }
  return { ask, claim: null, claimed: { type: 'request_claimed', ask, warnings: [] } }
}

async function grantOrRefuse(
  world: World,
  rules: WatchdogRules,
  memory: Memory,
  { wish, found }: Pick<Allowed, 'wish' | 'found'>,
): Promise<void> {
  const { ask } = wish
  const { policy } = rules
  const decision = decideWish(world, rules, memory, wish)
  if (decision.decision === 'blocked') {
    const body = decisionBodyOf(policy, decision)
    if (isNews(memory, wish, decision.reason)) {
      // What the machine wished for itself and did not get was never taken up.
      const claimed = wish.claim === null ? [] : unrecordedClaim(memory, wish)
      await record(world, memory, ...claimed, { type: 'request_refused', ask, decision: body })
    }
    await settle(world, memory, wish)
    return
  }
  const signalled = await attempt(world, rules, memory, { wish, decision, found })
  // What failed before any signal fails again in a second: it waits as long as an attempt would.
  if (!signalled && wish.claim === null) {
    memory.heldUntil = world.clock.monotonicNow() + Math.max(policy.cooldownMs, rules.probeIntervalMs)
  }
  await settle(world, memory, wish)
}

/** The machine would ask every second: a refusal that goes on is one event (WD11). */
function isNews(memory: Memory, { ask, claim }: Wish, reason: string): boolean {
  if (claim !== null) return true
  const refusal = `${ask.actor.name} ${reason}`
  const isNew = refusal !== memory.refusal
  memory.refusal = refusal
  return isNew
}

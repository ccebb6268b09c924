/**
 * From a decision that allows a restart to its end (WD8, WD8a, WD9, WD10). Any line can be where the power
 * fails: before the intent nothing was signalled and the request is taken up again; after it the attempt
 * counts, and the next start gives it its outcome.
 */
import type { Decision } from '#domain/policy/decide.ts'
import { decisionBodyOf } from '#domain/policy/from-history.ts'
import { afterStart } from '#domain/watchdog/triggers.ts'
import type { DurationMs } from '#domain/time.ts'
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import { failedAfterSignal, notSignalled, restartTimeoutMs, type ActContext, type ActResult } from './act.ts'
import { began } from './crew-changes.ts'
import { evidenceOf, judge } from './evidence.ts'
import { latchIfDue } from './latch.ts'
import { record, type Memory } from './memory.ts'
import { publish } from './publish.ts'
import { reload } from './reload.ts'
import { roll } from './roll.ts'
import type { WatchdogRules } from './rules.ts'
import { sightMaster } from './sight-master.ts'
import type { Wish } from './take-request.ts'
import { verifyMaster } from './verify-master.ts'
import type { World } from './world.ts'

/** Whether any signal was sent. */
export async function attempt(
  world: World,
  rules: WatchdogRules,
  memory: Memory,
  { wish, decision }: { wish: Wish; decision: Decision },
): Promise<boolean> {
  const { ask } = wish
  const ready = await makeReady(world, rules, memory, { wish, decision })
  if (ready.kind === 'not_ready') {
    const { reason, detail } = ready
    await record(world, memory, { type: 'request_ended', request_id: ask.request_id, reason, detail })
    return false
  }

  const { master, warning } = ready
  const attemptId = world.newId()
  const before = evidenceOf(memory.outcome)
  await record(world, memory, {
    type: 'intent',
    attempt_id: attemptId,
    ask,
    decision: decisionBodyOf(rules.policy, decision),
    master: master.identity,
    workers: master.workers.map(({ pid }) => pid),
    before,
  })
  await latchIfDue(world, rules, memory)
  await publish(world, rules, memory)

  const context: ActContext = { world, rules, beat: () => publish(world, rules, memory) }
  const result = await signalAndVerify(context, wish, master)
  const { after, helped } = result.signalled
    ? await judge(context, before, result)
    : { after: null, helped: null }
  const crew = (await sightMaster(world)).master
  await record(world, memory, {
    type: 'outcome',
    attempt_id: attemptId,
    ...result,
    detail: warning === '' ? result.detail : `${result.detail}; ${warning}`,
    helped,
    after,
    workers: crew?.workers.map(({ pid }) => pid) ?? [],
  })
  if (result.signalled) settleDown(world, memory, crew, result.success ? 0 : restartTimeoutMs(master, rules))
  return result.signalled
}

type Readiness =
  | { readonly kind: 'ready'; readonly master: MasterSighting; readonly warning: string }
  | { readonly kind: 'not_ready'; readonly reason: string; readonly detail: string }

/** The preflight runs the target's own command line, so whose it is has to be known before it. */
async function makeReady(
  world: World,
  rules: WatchdogRules,
  memory: Memory,
  { wish: { ask }, decision }: { wish: Wish; decision: Decision },
): Promise<Readiness> {
  if (ask.rung === 'service') {
    const detail = 'a restart of the whole service is not available here: systemctl restart is'
    return { kind: 'not_ready', reason: 'signal_failed', detail }
  }
  const first = await verifyMaster(world, rules)
  if (!first.verified) return { kind: 'not_ready', reason: first.reason, detail: first.detail }

  const passes =
    decision.decision === 'manual_override' && ask.override?.passes.includes('preflight') === true
  if (passes) return { kind: 'ready', master: first.master, warning: 'the preflight was passed over' }
  await publish(world, rules, memory)
  const answer = await world.preflight(first.master)
  switch (answer.kind) {
    case 'passed':
      return { kind: 'ready', master: first.master, warning: '' }
    case 'failed':
      return { kind: 'not_ready', reason: 'preflight_failed', detail: answer.lastLines }
    case 'unavailable':
      return ask.source === 'auto'
        ? { kind: 'not_ready', reason: 'preflight_unavailable', detail: answer.detail }
        : { kind: 'ready', master: first.master, warning: `preflight_unavailable: ${answer.detail}` }
  }
}

/** The last look, and only then the signal (WD8). */
async function signalAndVerify(
  context: ActContext,
  { ask }: Wish,
  intended: MasterSighting,
): Promise<ActResult> {
  const last = await verifyMaster(context.world, context.rules, intended.identity)
  if (!last.verified) return notSignalled(last.reason, last.detail)
  try {
    return ask.rung === 'roll' ? await roll(context, last.master) : await reload(context, last.master)
  } catch (error) {
    // Whether the signal went out before is not known; the history is never under-counted (WD9).
    return failedAfterSignal('restart_timeout', `it could not be verified: ${String(error)}`)
  }
}

/** What comes right after a restart counts neither for the next one nor as somebody else's. */
function settleDown(world: World, memory: Memory, master: MasterSighting | null, quietMs: DurationMs): void {
  const now = world.clock.monotonicNow()
  memory.quietUntil = now + quietMs
  memory.triggers = afterStart(now)
  memory.fired = []
  if (master !== null) memory.crew = began(master.identity, master.workers)
}

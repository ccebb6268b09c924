/**
 * From a decision that allows a restart to its end (WD8, WD8a, WD9, WD10). Any line can be where the power
 * fails: before the intent nothing was signalled and the request is taken up again; after it the attempt
 * counts, and the next start gives it its outcome.
 */
import type { Decision } from '#domain/policy/decide.ts'
import { decisionBodyOf, triedRungs } from '#domain/policy/from-history.ts'
import { rungRefusal } from '#domain/policy/ladder.ts'
import { afterStart } from '#domain/watchdog/triggers.ts'
import type { DurationMs } from '#domain/time.ts'
import type { MasterIdentity, Rung } from '#domain/journal/events.ts'
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import { failedAfterSignal, lateMs, notSignalled, type ActContext, type ActResult } from './act.ts'
import { Boots } from './boots.ts'
import { began } from './crew-changes.ts'
import { decideWish } from './decide-wish.ts'
import { evidenceBefore, judge } from './evidence.ts'
import { restartService } from './service.ts'
import { learnFromOrder, lookAtService, strangerTo } from './service-view.ts'
import { latchIfDue } from './latch.ts'
import { record, type Memory } from './memory.ts'
import { publish } from './publish.ts'
import { reload } from './reload.ts'
import { roll } from './roll.ts'
import type { WatchdogRules } from './rules.ts'
import { holdsStill, sightMaster, type Sighted } from './sight-master.ts'
import { unrecordedClaim, type Wish } from './take-request.ts'
import { verified, verifyMaster, type Verified, type VerifiedMaster } from './verify-master.ts'
import { timeNow, type World } from './world.ts'

export interface Allowed {
  readonly wish: Wish
  readonly decision: Decision
  /** The look that it was decided after. */
  readonly found: Sighted
}

/** Whether any signal was sent. */
export async function attempt(
  world: World,
  rules: WatchdogRules,
  memory: Memory,
  allowed: Allowed,
): Promise<boolean> {
  const { wish } = allowed
  const { ask } = wish
  const ready = await makeReady(world, rules, memory, allowed)
  if (ready.kind === 'not_ready') {
    const { reason, detail } = ready
    const ended = { type: 'request_ended', request_id: ask.request_id, reason, detail } as const
    await record(world, memory, ...unrecordedClaim(memory, wish), ended)
    return false
  }

  const decision = ready.hasWaited ? await decideAgain(world, rules, memory, wish) : allowed.decision
  if (decision.decision === 'blocked') {
    const body = decisionBodyOf(rules.policy, decision)
    const refused = { type: 'request_refused', ask, decision: body } as const
    await record(world, memory, ...unrecordedClaim(memory, wish), refused)
    return false
  }

  const { master, warning } = ready
  const attemptId = world.newId()
  const before = await evidenceBefore(world, memory.outcome)
  await record(world, memory, ...unrecordedClaim(memory, wish), {
    type: 'intent',
    attempt_id: attemptId,
    ask,
    decision: decisionBodyOf(rules.policy, decision),
    master: master.identity,
    workers: master.workers.map(({ pid }) => pid),
    before,
  })
  await latchIfDue(world, rules, memory)

  // What others read of it is published while it waits: nothing but promises stands between intent and signal.
  const context: ActContext = {
    world,
    rules,
    beat: () => publish(world, rules, memory),
    boots: new Boots(rules),
    workers: master.workers,
  }
  const seen = ready.hasWaited ? null : allowed.found
  const result = await signalAndVerify(context, wish, { seen, intended: master.identity })
  if (ask.rung === 'service') learnFromOrder(memory, result)
  const judged = result.signalled ? await judge(context, before, result) : null
  memory.outcome = judged?.outcome ?? memory.outcome
  const crew = await crewAfter(world)
  await record(world, memory, {
    type: 'outcome',
    attempt_id: attemptId,
    ...result,
    detail: warning === '' ? result.detail : `${result.detail}; ${warning}`,
    helped: judged?.helped ?? null,
    after: judged?.after ?? null,
    workers: crew?.workers.map(({ pid }) => pid) ?? [],
  })
  if (result.signalled) {
    settleDown(world, memory, crew, result.success ? 0 : lateMs(ask, master, rules))
    // Whoever died at boot under our eyes may be dying still.
    if (!result.success) memory.crew = { ...memory.crew, boots: context.boots.state }
  }
  return result.signalled
}

/**
 * The preflight takes its time: somebody may have paused meanwhile, and a probe that nobody waited for may have been
 * answered. What was allowed before is asked again.
 */
async function decideAgain(
  world: World,
  rules: WatchdogRules,
  memory: Memory,
  wish: Wish,
): Promise<Decision> {
  await memory.history.catchUp()
  memory.outcome = memory.probe?.answer ?? memory.outcome
  return decideWish(world, rules, memory, wish)
}

type Readiness =
  | {
      readonly kind: 'ready'
      readonly master: MasterSighting
      readonly warning: string
      /** For anything that takes longer than a look at a file. */
      readonly hasWaited: boolean
    }
  | { readonly kind: 'not_ready'; readonly reason: string; readonly detail: string }

/** The preflight runs the target's own command line, so whose it is has to be known before it. */
async function makeReady(
  world: World,
  rules: WatchdogRules,
  memory: Memory,
  { wish, decision, found }: Allowed,
): Promise<Readiness> {
  const { ask } = wish
  const overridden = decision.decision === 'manual_override'
  // Asked anew: what makes it possible may have been installed a moment ago.
  const look = ask.rung === 'service' ? await lookAtService(world, memory) : null
  const service = look ?? memory.service.shown
  // The weakest needs none to have been tried.
  const tried = ask.rung === 'reload' ? [] : triedRungs(rules.policy, memory.history.state, timeNow(world))
  const refusal = rungRefusal({ rung: ask.rung, overridden, tried, service })
  if (refusal !== null) return { kind: 'not_ready', ...refusal }

  const first = verified(rules, found, null)
  if (!first.verified) return { kind: 'not_ready', reason: first.reason, detail: first.detail }
  const stranger = look === null ? null : strangerTo(look, first.master)
  if (stranger !== null) return { kind: 'not_ready', reason: 'pid_identity_mismatch', detail: stranger }

  const passes = overridden && ask.override?.passes.includes('preflight') === true
  if (passes) {
    const warning = 'the preflight was passed over'
    return { kind: 'ready', master: first.master, warning, hasWaited: look !== null }
  }
  // It takes its time, and that somebody has taken the request up is to be seen meanwhile.
  await record(world, memory, ...unrecordedClaim(memory, wish))
  await publish(world, rules, memory)
  const answer = await world.preflight(first.master)
  switch (answer.kind) {
    case 'passed':
      return { kind: 'ready', master: first.master, warning: '', hasWaited: true }
    case 'failed':
      return { kind: 'not_ready', reason: 'preflight_failed', detail: answer.lastLines }
    case 'unavailable':
      return ask.source === 'auto'
        ? { kind: 'not_ready', reason: 'preflight_unavailable', detail: answer.detail }
        : {
            kind: 'ready',
            master: first.master,
            warning: `preflight_unavailable: ${answer.detail}`,
            hasWaited: true,
          }
  }
}

const ACTS: Readonly<Record<Rung, (context: ActContext, last: VerifiedMaster) => Promise<ActResult>>> = {
  reload,
  roll,
  service: restartService,
}

interface LookBefore {
  /** A moment ago; null: something has taken its time since, and the preflight may have told more of the target. */
  readonly seen: Sighted | null
  readonly intended: MasterIdentity
}

/** The last look, and only then the signal (WD8). */
async function signalAndVerify(context: ActContext, { ask }: Wish, before: LookBefore): Promise<ActResult> {
  const last = await lookOnceMore(context, before)
  if (!last.verified) return notSignalled(last.reason, last.detail)
  try {
    return await ACTS[ask.rung](context, last)
  } catch (error) {
    // Whether the signal went out before is not known; the history is never under-counted (WD9).
    return failedAfterSignal('restart_timeout', `it could not be verified: ${String(error)}`)
  }
}

/**
 * Brief where nothing has moved since the look that it was decided after: a whole one takes as long as half the way from
 * that look to here. From the intent on nothing may be thrown: an attempt without an outcome would stand in the way of
 * all others.
 */
async function lookOnceMore({ world, rules }: ActContext, { seen, intended }: LookBefore): Promise<Verified> {
  try {
    if (seen !== null && (await holdsStill(world, seen))) return verified(rules, seen, intended)
    return await verifyMaster(world, rules, intended)
  } catch (error) {
    const detail = `the last look before the signal failed: ${String(error)}`
    return { verified: false, reason: 'signal_failed', detail }
  }
}

async function crewAfter(world: World): Promise<MasterSighting | null> {
  try {
    return (await sightMaster(world)).master
  } catch {
    return null // the next look sees it; the outcome is what counts now
  }
}

/** What comes right after a restart counts neither for the next one nor as somebody else's. */
function settleDown(world: World, memory: Memory, master: MasterSighting | null, quietMs: DurationMs): void {
  const now = world.clock.monotonicNow()
  memory.quietUntil = now + quietMs
  memory.triggers = afterStart(now)
  memory.fired = []
  // One that was begun before the restart says nothing of what came after it.
  memory.probe = null
  if (master !== null) memory.crew = began(master.identity, master.workers)
}

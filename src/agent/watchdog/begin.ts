/**
 * The first thing after a start (WD9): what the process before left open gets its end. An intent without an
 * outcome counts as an attempt, whether or not its signal went out; only how it ended has to be looked up.
 */
import type { Rung } from '#domain/journal/events.ts'
import type { Attempt } from '#domain/journal/fold.ts'
import { openAttempts } from '#domain/journal/questions.ts'
import { importedHistory } from '#domain/journal/state-file.ts'
import { policySettingsOf } from '#domain/policy/config.ts'
import { isSame } from '#domain/watchdog/master-rules.ts'
import { lateMs } from './act.ts'
import { evidenceOf } from './evidence.ts'
import { latchIfDue } from './latch.ts'
import { newMemory, record, type Memory } from './memory.ts'
import { isWell } from './observe.ts'
import type { WatchdogRules } from './rules.ts'
import { sightMaster } from './sight-master.ts'
import { verifyMaster } from './verify-master.ts'
import type { World } from './world.ts'

export async function begin(world: World, rules: WatchdogRules): Promise<Memory> {
  const memory = newMemory(world)
  // Also where the process lives on and only its memory is new: a claim that it had in work would lie there for good.
  world.flags.recall()
  const history = await memory.history.catchUp()
  const isNew = (await world.journal.read(0, 1)).length === 0
  // Before anything else is written: a crash right after it must not find a history that has begun without it.
  if (isNew) await takeOver(world, rules, memory)
  await record(world, memory, {
    type: 'watchdog_started',
    version: rules.version,
    contract_version: rules.contractVersion,
    new_history: isNew,
    thresholds: policySettingsOf(rules.policy),
  })
  for (const attempt of openAttempts(history)) await closeAttempt(world, memory, attempt, rules)
  await latchIfDue(world, rules, memory)
  return memory
}

/**
 * The history of a deployment from before Holdfast counts on (WD18). One that cannot be read is never an empty
 * one: the guard is latched until a person has looked (WD11).
 */
async function takeOver(world: World, { policy }: WatchdogRules, memory: Memory): Promise<void> {
  const content = await world.readStateFile()
  if (content === null) return
  const reading = importedHistory('state file', content, world.localOffset)
  if (reading.ok) {
    await record(world, memory, reading.value.event)
    return
  }
  // Latched first: a crash in between must not find the file gone and nothing recorded.
  const { windowMs: window_ms } = policy
  await record(world, memory, { type: 'guard_latched', churn: 0, window_ms, reason: 'state_unreadable' })
  const aside = await world.putStateFileAside()
  world.log('error', 'the existing state file cannot be read; guarded', { aside, findings: reading.findings })
}

const DONE: Readonly<Record<Rung, string>> = {
  reload: 'signal_sighup',
  roll: 'workers_rolled',
  service: 'service_restarted',
}

/** One look, no wait: what the signal was to bring about is there by now, or it is not known that it comes. */
async function closeAttempt(
  world: World,
  memory: Memory,
  attempt: Attempt,
  rules: WatchdogRules,
): Promise<void> {
  const { attemptId, workers: old, master: intended, ask } = attempt
  const { master } = await sightMaster(world)
  const verdict = await verifyMaster(world, rules)
  const outcome = await world.probe()
  const now = master?.workers.map(({ pid }) => pid) ?? []
  // A restart of the service must bring another master, the weaker rungs must leave it alone.
  const isRightMaster =
    verdict.verified && isSame(verdict.master.identity, intended) !== (ask.rung === 'service')
  const replaced = isRightMaster && now.length > 0 && !old.some((pid) => now.includes(pid))
  const success = replaced && isWell(outcome)
  if (!success) memory.quietUntil = world.clock.monotonicNow() + lateMs(ask, master, rules)
  await record(world, memory, {
    type: 'outcome',
    attempt_id: attemptId,
    signalled: true,
    success,
    reason: success ? DONE[ask.rung] : 'restart_timeout',
    detail: success
      ? 'the watchdog ended in between; when it came back, all workers had been replaced'
      : 'the watchdog ended before it could verify the restart',
    helped: null,
    after: evidenceOf(outcome, null),
    workers: now,
  })
}

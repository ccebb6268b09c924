/**
 * The first thing after a start (WD9): what the process before left open gets its end. An intent without an
 * outcome counts as an attempt, whether or not its signal went out; only how it ended has to be looked up.
 */
import type { Attempt } from '#domain/journal/fold.ts'
import { openAttempts } from '#domain/journal/fold.ts'
import { restartTimeoutMs } from './act.ts'
import { evidenceOf } from './evidence.ts'
import { latchIfDue } from './latch.ts'
import { newMemory, record, type Memory } from './memory.ts'
import { isWell, sightMaster } from './observe.ts'
import type { WatchdogRules } from './rules.ts'
import type { World } from './world.ts'

export async function begin(world: World, rules: WatchdogRules): Promise<Memory> {
  const memory = newMemory(world)
  const history = await memory.history.catchUp()
  const isNew = (await world.journal.read(0, 1)).length === 0
  await record(world, memory, {
    type: 'watchdog_started',
    version: rules.version,
    contract_version: rules.contractVersion,
    new_history: isNew,
  })
  for (const attempt of openAttempts(history)) await closeAttempt(world, memory, attempt, rules)
  await latchIfDue(world, rules, memory)
  return memory
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
  const outcome = await world.probe()
  const now = master?.workers.map(({ pid }) => pid) ?? []
  const isSame = master?.identity.pid === intended.pid && master.identity.start_ticks === intended.start_ticks
  const replaced = isSame && now.length > 0 && !old.some((pid) => now.includes(pid))
  const success = replaced && isWell(outcome)
  if (!success && master !== null) {
    memory.quietUntil = world.clock.monotonicNow() + restartTimeoutMs(master, rules)
  }
  await record(world, memory, {
    type: 'outcome',
    attempt_id: attemptId,
    signalled: true,
    success,
    reason: success ? (ask.rung === 'roll' ? 'workers_rolled' : 'signal_sighup') : 'restart_timeout',
    detail: success
      ? 'the watchdog ended in between; when it came back, all workers had been replaced'
      : 'the watchdog ended before it could verify the restart',
    helped: null,
    after: evidenceOf(outcome),
    workers: now,
  })
}

/** What the watchdog shows of itself: that it lives, and the history in the form of existing deployments. */
import { stateFileOf } from '#domain/journal/state-file.ts'
import { policyState } from '#domain/policy/decide.ts'
import { policyInputOf, triedRungs } from '#domain/policy/from-history.ts'
import { ladder } from '#domain/policy/ladder.ts'
import type { DurationMs } from '#domain/time.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import type { Memory } from './memory.ts'
import type { WatchdogRules } from './rules.ts'
import { timeNow, type World } from './world.ts'

/** Without a new row it changes only when a restart beyond the file's limit leaves its window: no hurry. */
const COMPARE_MS: DurationMs = 60_000

/** Never throws: a sign of life that cannot be written must not cost a restart its outcome. */
export async function publish(world: World, rules: WatchdogRules, memory: Memory): Promise<void> {
  const now = timeNow(world)
  const { policy } = rules
  const { state: history } = memory.history
  const { state } = policyState(policyInputOf({ config: policy, history, outcome: memory.outcome, now }))
  const tried = triedRungs(policy, history, now)
  const rungs = ladder({ tried, service: memory.service.shown }).map(({ rung, offered, because }) => ({
    rung,
    offered,
    because,
  }))
  const { windowMs } = policy
  try {
    // Without room for a record nothing is restarted by itself, whatever the policy would allow.
    const isFull = world.journal.isSpooling()
    const shown = isFull ? 'guarded' : state
    const problem = isFull ? 'state_unwritable' : null
    const { recorded: target } = memory.condition
    await world.publishStatus({ at: now.wall, state: shown, problem, target, rungs })
    const { stateFile } = memory
    if (stateFile?.from === history && now.monotonic - stateFile.at < COMPARE_MS) return
    const file = stateFileOf(history, { windowMs, historyLimit: rules.historyLimit, now })
    const content = `${JSON.stringify(file, null, 2)}\n`
    if (content !== stateFile?.content) await world.publishHistory(content)
    memory.stateFile = { content, from: history, at: now.monotonic }
    memory.publishFault = null
  } catch (error) {
    const fault = errorCode(error)
    // Once, and not at each look of the hours that a full disk may last.
    if (fault === memory.publishFault) return
    memory.publishFault = fault
    world.log('warning', 'what others read of the watchdog cannot be written', { error: fault })
  }
}

/** What the watchdog shows of itself: that it lives, and the history in the form of existing deployments. */
import { stateFileOf } from '#domain/journal/state-file.ts'
import { policyState } from '#domain/policy/decide.ts'
import { policyInputOf } from '#domain/policy/from-history.ts'
import type { Memory } from './memory.ts'
import type { WatchdogRules } from './rules.ts'
import { timeNow, type World } from './world.ts'

/** Never throws: a sign of life that cannot be written must not cost a restart its outcome. */
export async function publish(world: World, rules: WatchdogRules, memory: Memory): Promise<void> {
  const now = timeNow(world)
  const { policy } = rules
  const { state: history } = memory.history
  const { state } = policyState(policyInputOf({ config: policy, history, outcome: memory.outcome, now }))
  const { windowMs } = policy
  const file = stateFileOf(history, { windowMs, historyLimit: rules.historyLimit, now })
  const content = `${JSON.stringify(file, null, 2)}\n`
  try {
    await world.publishStatus({ at: now.wall, state, problem: null, target: memory.condition.recorded })
    if (content === memory.stateFile) return
    await world.publishHistory(content)
    memory.stateFile = content
  } catch (error) {
    world.log('warning', 'what others read of the watchdog cannot be written', { error: String(error) })
  }
}

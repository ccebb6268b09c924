import { dueLatch } from '#domain/policy/due-latch.ts'
import { record, type Memory } from './memory.ts'
import type { WatchdogRules } from './rules.ts'
import { timeNow, type World } from './world.ts'

export async function latchIfDue(world: World, { policy }: WatchdogRules, memory: Memory): Promise<void> {
  const churn = dueLatch(memory.history.state, policy, timeNow(world))
  if (churn === null) return
  const { windowMs: window_ms } = policy
  await record(world, memory, { type: 'guard_latched', churn, window_ms, reason: 'churn' })
}

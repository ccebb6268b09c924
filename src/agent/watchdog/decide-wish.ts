/** The policy's answer to a wish, from what is known at this moment (WD1). */
import { decideRestart, type Decision, type RestartRequest } from '#domain/policy/decide.ts'
import { policyInputOf } from '#domain/policy/from-history.ts'
import type { Memory } from './memory.ts'
import type { WatchdogRules } from './rules.ts'
import type { Wish } from './take-request.ts'
import { timeNow, type World } from './world.ts'

export function decideWish(world: World, { policy }: WatchdogRules, memory: Memory, wish: Wish): Decision {
  const { state: history } = memory.history
  const input = policyInputOf({ config: policy, history, outcome: memory.outcome, now: timeNow(world) })
  return decideRestart({ ...input, request: requestOf(wish) })
}

function requestOf({ ask }: Wish): RestartRequest {
  return ask.source === 'auto'
    ? { source: 'automatic' }
    : { source: 'manual', override: ask.override === null ? null : { ...ask.override } }
}

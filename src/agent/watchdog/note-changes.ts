/** What the look found, recorded where it is news: restarts of others, boot loops, the target's condition. */
import { isGuardLatched } from '#domain/journal/fold.ts'
import { afterStart, look } from '#domain/watchdog/triggers.ts'
import { seeCrew } from './crew-changes.ts'
import { record, recordIfRoom, type Memory } from './memory.ts'
import { isWell, type Seen } from './observe.ts'
import type { WatchdogRules } from './rules.ts'
import { timeNow, type World } from './world.ts'

export async function noteChanges(
  world: World,
  rules: WatchdogRules,
  memory: Memory,
  seen: Seen,
): Promise<void> {
  const now = world.clock.monotonicNow()
  const crew = seeCrew(memory.crew, seen.master, now)
  memory.crew = crew.memory
  if (crew.external !== null && now >= memory.quietUntil) {
    await record(world, memory, {
      type: 'external_restart',
      detail: crew.external,
      master: seen.master?.identity ?? null,
    })
    memory.triggers = afterStart(now)
    memory.fired = []
  }
  if (crew.bootLoop) await latchForBootLoop(world, rules, memory)
  if (seen.fresh === null) return
  countLook(memory, rules, seen, now)
  await noteCondition(world, memory, seen)
}

/** Workers that die at boot die again after a restart: nobody but a person can mend that (WD8b). */
async function latchForBootLoop(world: World, { policy }: WatchdogRules, memory: Memory): Promise<void> {
  const { state } = memory.history
  if (!policy.guardedMode || isGuardLatched(state, policy, timeNow(world))) return
  const { windowMs: window_ms } = policy
  await record(world, memory, { type: 'guard_latched', churn: 0, window_ms, reason: 'worker_boot_loop' })
}

function countLook(memory: Memory, { triggers }: WatchdogRules, { master, fresh }: Seen, at: number): void {
  if (fresh === null) return
  const told = fresh.kind === 'answered' ? fresh.health : null
  const seen = {
    atMs: at,
    masterAlive: master !== null,
    outcome: fresh,
    poolSaturation: told?.database_pool?.state.saturation ?? null,
    workersRssBytes: master?.workers.map(({ rssBytes }) => rssBytes) ?? null,
  }
  const { state, fired } = look(memory.triggers, seen, triggers)
  memory.triggers = state
  memory.fired = fired
}

/** As often in a row as a trigger needs: a flapping target would fill the journal otherwise. */
const LOOKS_ALIKE = 3

async function noteCondition(world: World, memory: Memory, seen: Seen): Promise<void> {
  const { condition } = memory
  const now = conditionOf(seen)
  const times = now === condition.seen ? condition.times + 1 : 1
  memory.condition = { ...condition, seen: now, times }
  if (times < LOOKS_ALIKE || now === condition.recorded) return
  if (condition.recorded !== null || now !== 'serving') {
    const from = condition.recorded ?? 'unknown'
    const changed = { type: 'target_changed', from, to: now, detail: seen.missing } as const
    // Told later, when there is room: it must not keep an override from being looked at.
    if (!(await recordIfRoom(world, memory, changed))) return
  }
  memory.condition = { recorded: now, seen: now, times }
}

function conditionOf({ master, fresh }: Seen): string {
  if (master === null) return 'master_missing'
  if (master.workers.length === 0) return 'workers_missing'
  if (fresh === null || fresh.kind === 'failed') return `target_${fresh?.reason ?? 'unknown'}`
  return isWell(fresh) ? 'serving' : 'failing'
}

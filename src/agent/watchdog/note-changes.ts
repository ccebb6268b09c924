/** What the look found, recorded where it is news: restarts of others, boot loops, the target's condition. */
import { isGuardLatched } from '#domain/journal/questions.ts'
import { isBootLoop, withProbe } from '#domain/watchdog/boot-loop.ts'
import { afterStart, look } from '#domain/watchdog/triggers.ts'
import type { SeenOutcome } from '#agent/intake/read-answer.ts'
import { seeCrew } from './crew-changes.ts'
import { record, recordIfRoom, type Memory } from './memory.ts'
import { isWell, type Sight } from './observe.ts'
import { publish } from './publish.ts'
import { bootPatienceMs, type WatchdogRules } from './rules.ts'
import { timeNow, type World } from './world.ts'

/** With the answer to a probe: what the triggers count, and what the condition is judged by. */
export interface Seen extends Sight {
  readonly fresh: SeenOutcome
}

export async function noteSight(
  world: World,
  rules: WatchdogRules,
  memory: Memory,
  { found, master, unnamed, missing, hasEnded }: Sight,
): Promise<void> {
  if (hasEnded) await noteEnd(world, rules, memory, missing)
  const now = world.clock.monotonicNow()
  const crew = seeCrew(memory.crew, { master, unnamed, stamp: found.stamp, at: now }, bootPatienceMs(rules))
  memory.crew = crew.memory
  // Looks at a master before do not count for another one, nor while there is none (WD6).
  if (master === null || crew.external !== null) {
    memory.triggers = afterStart(now)
    memory.fired = []
  }
  if (crew.external !== null && now >= memory.quietUntil) {
    await record(world, memory, {
      type: 'external_restart',
      detail: crew.external,
      master: master?.identity ?? null,
    })
  }
  await latchForBootLoop(world, rules, memory)
}

export async function noteLook(
  world: World,
  rules: WatchdogRules,
  memory: Memory,
  seen: Seen,
): Promise<void> {
  const answer = { isAnswered: seen.fresh.kind === 'answered', askedMs: memory.probedAt ?? 0 }
  const boots = withProbe(memory.crew.boots, answer)
  const isLoop = memory.crew.isBootLoop && isBootLoop(boots, boots.lookedAtMs, bootPatienceMs(rules))
  memory.crew = { ...memory.crew, boots, isBootLoop: isLoop }
  if (isOfThisStart(memory)) countLook(memory, rules, seen)
  await noteCondition(world, memory, seen)
}

/** A probe that was under way when another start was seen may have been answered by the one before. */
function isOfThisStart({ probedAt, triggers: { graceSinceMs } }: Memory): boolean {
  return graceSinceMs === null || (probedAt !== null && probedAt >= graceSinceMs)
}

const MASTER_MISSING = 'master_missing'

/** Proved, and so told at once: it needs no further looks to be believed (WD6). */
async function noteEnd(world: World, rules: WatchdogRules, memory: Memory, detail: string): Promise<void> {
  if (memory.condition.recorded === MASTER_MISSING) return
  await recordCondition(world, memory, MASTER_MISSING, detail)
  await publish(world, rules, memory)
}

/** Workers that die at boot die again after a restart: nobody but a person can mend that (WD8b). */
export async function latchForBootLoop(
  world: World,
  { policy }: WatchdogRules,
  memory: Memory,
): Promise<void> {
  const { state } = memory.history
  if (!memory.crew.isBootLoop || !policy.guardedMode || isGuardLatched(state, policy, timeNow(world))) return
  const { windowMs: window_ms } = policy
  await record(world, memory, { type: 'guard_latched', churn: 0, window_ms, reason: 'worker_boot_loop' })
}

function countLook(memory: Memory, { triggers }: WatchdogRules, { master, fresh }: Seen): void {
  const told = fresh.kind === 'answered' ? fresh.health : null
  const seen = {
    // When it was asked: taken note of late, it would seem to come after a grace that it was made in.
    atMs: memory.probedAt ?? 0,
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
  if (condition.recorded === null && now === 'serving') memory.condition = { recorded: now, seen: now, times }
  else await recordCondition(world, memory, now, seen.missing)
}

async function recordCondition(world: World, memory: Memory, to: string, detail: string): Promise<void> {
  const from = memory.condition.recorded ?? 'unknown'
  const changed = { type: 'target_changed', from, to, detail } as const
  // Told later, when there is room: it must not keep an override from being looked at.
  if (!(await recordIfRoom(world, memory, changed))) return
  memory.condition = { recorded: to, seen: to, times: LOOKS_ALIKE }
}

function conditionOf({ master, fresh }: Seen): string {
  if (master === null) return MASTER_MISSING
  if (master.workers.length === 0) return 'workers_missing'
  if (fresh.kind === 'failed') return `target_${fresh.reason}`
  return isWell(fresh) ? 'serving' : 'failing'
}

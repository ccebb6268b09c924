/**
 * When the watchdog wishes for a restart by itself (WD6). Each trigger has its own count of looks in a row
 * and its own off-switch; one look that is not bad, or that could not tell, begins the count anew, so a
 * flapping probe never triggers: late is cheaper than wrong.
 *
 * Looks during the start grace do not count, nor do looks at a master that is not there: a dead master is
 * left to systemd. Nothing here comes from datagrams, which any local process can send.
 */
import type { ProbeOutcome } from '../health/probe-outcome.ts'
import type { DurationMs } from '../time.ts'

/** In the order in which they are named when several fire. */
export const TRIGGERS = ['no_workers', 'target_failing', 'pool_exhausted', 'memory_high'] as const
export type Trigger = (typeof TRIGGERS)[number]

export interface TriggerConfig {
  readonly sustain: Readonly<Record<Trigger, { readonly enabled: boolean; readonly looks: number }>>
  readonly poolCritical: number
  /** null: no limit, so that trigger never fires. */
  readonly workerRssBytesLimit: number | null
  readonly startGraceMs: DurationMs
}

const PRESET = { enabled: true, looks: 3 }

export const TRIGGER_PRESETS: TriggerConfig = {
  sustain: { no_workers: PRESET, target_failing: PRESET, pool_exhausted: PRESET, memory_high: PRESET },
  poolCritical: 1,
  workerRssBytesLimit: null,
  startGraceMs: 30_000,
}

/** One look at the target, all of it from the same moment. */
export interface Look {
  readonly atMs: DurationMs
  readonly masterAlive: boolean
  readonly outcome: ProbeOutcome
  /** null: the target does not tell. */
  readonly poolSaturation: number | null
  /** Of each worker; null: they could not be read. */
  readonly workersRssBytes: readonly number[] | null
}

export interface TriggerState {
  readonly counts: Readonly<Record<Trigger, number>>
  /** On the monotonic clock; null: no grace is running. */
  readonly graceSinceMs: DurationMs | null
}

const NONE: TriggerState['counts'] = { no_workers: 0, target_failing: 0, pool_exhausted: 0, memory_high: 0 }

/** After any start or restart, our own, somebody else's or the watchdog's. */
export function afterStart(atMs: DurationMs): TriggerState {
  return { counts: NONE, graceSinceMs: atMs }
}

export interface TriggerAnswer {
  readonly state: TriggerState
  /** All that have lasted; they stay in it as long as they last. */
  readonly fired: readonly Trigger[]
}

export function look(state: TriggerState, seen: Look, config: TriggerConfig): TriggerAnswer {
  if (!seen.masterAlive) return { state: { ...state, counts: NONE }, fired: [] }
  if (isInGrace(state, seen, config)) return { state: { ...state, counts: NONE }, fired: [] }
  const bad = badnessOf(seen, config)
  const counts = {
    no_workers: bad.no_workers ? state.counts.no_workers + 1 : 0,
    target_failing: bad.target_failing ? state.counts.target_failing + 1 : 0,
    pool_exhausted: bad.pool_exhausted ? state.counts.pool_exhausted + 1 : 0,
    memory_high: bad.memory_high ? state.counts.memory_high + 1 : 0,
  }
  const fired = TRIGGERS.filter((trigger) => {
    const { enabled, looks } = config.sustain[trigger]
    return enabled && counts[trigger] >= looks
  })
  return { state: { counts, graceSinceMs: null }, fired }
}

/** Until its time is over, or until the first good probe. */
function isInGrace({ graceSinceMs }: TriggerState, { atMs, outcome }: Look, config: TriggerConfig): boolean {
  if (graceSinceMs === null || isGood(outcome)) return false
  return atMs - graceSinceMs < config.startGraceMs
}

function badnessOf(
  { outcome, poolSaturation, workersRssBytes }: Look,
  { poolCritical, workerRssBytesLimit: limit }: TriggerConfig,
): Readonly<Record<Trigger, boolean>> {
  return {
    no_workers: workersRssBytes !== null && workersRssBytes.length === 0,
    target_failing: isFailing(outcome),
    pool_exhausted: poolSaturation !== null && poolSaturation >= poolCritical,
    memory_high: limit !== null && (workersRssBytes ?? []).some((bytes) => bytes >= limit),
  }
}

function isGood(outcome: ProbeOutcome): boolean {
  return outcome.kind === 'answered' && outcome.httpStatus < 400
}

/** Unreachable, or an error of the server. An answer that cannot be read is an answer, and no reason. */
function isFailing(outcome: ProbeOutcome): boolean {
  if (outcome.kind === 'failed') return outcome.reason !== 'malformed'
  return outcome.kind === 'answered' && outcome.httpStatus >= 500
}

/**
 * What kind of world a seed gets. Each seed switches many faults off and turns others up: one world with
 * everything in it at once would never live long enough to show what one fault alone does.
 */
import { TRIGGER_PRESETS } from '#domain/watchdog/triggers.ts'
import type { WatchdogRules } from '#agent/watchdog/rules.ts'
import type { Random } from './random.ts'
import { TARGET_PREFIX, TARGET_UID } from './world-processes.ts'

export type FaultName = 'kill' | 'power' | 'error' | 'slow'

export interface Profile {
  readonly rules: WatchdogRules
  /** Of each step. */
  readonly actRate: number
  /** Of each port call. */
  readonly faultRates: Readonly<Record<FaultName, number>>
  readonly isRuntimeInMemory: boolean
  readonly gracefulTimeoutS: number
  /** The state file of a deployment from before, with the ages of its restarts. */
  readonly existing:
    | { readonly kind: 'none' }
    | { readonly kind: 'garbled' }
    | { readonly kind: 'restarts'; readonly agesMs: readonly number[] }
  /** A watchdog has run before, and was busy. */
  readonly hasLongPast: boolean
  /** Another watchdog starts although one runs; the lock is to refuse it. */
  readonly startsSecond: boolean
}

export function profileOf(random: Random): Profile {
  const hasLongPast = random.chance(0.025)
  return {
    rules: rulesOf(random),
    hasLongPast,
    actRate: random.pick([0.004, 0.01, 0.03, 0.08]),
    faultRates: {
      kill: sometimes(random, 0.6, 0.002),
      power: sometimes(random, 0.4, 0.002),
      error: sometimes(random, 0.5, 0.002),
      slow: sometimes(random, 0.5, 0.02),
    },
    isRuntimeInMemory: random.chance(0.6),
    gracefulTimeoutS: random.pick([0, 1, 1, 2, 5]),
    existing: hasLongPast ? { kind: 'none' } : existingOf(random),
    startsSecond: random.chance(0.1),
  }
}

function existingOf(random: Random): Profile['existing'] {
  const draw = random.unit()
  if (draw < 0.2) return { kind: 'restarts', agesMs: [20_000, 1_000, -5_000].slice(0, 1 + random.below(3)) }
  return { kind: draw < 0.3 ? 'garbled' : 'none' }
}

function sometimes(random: Random, probability: number, most: number): number {
  return random.chance(probability) ? random.between(0, most) : 0
}

function rulesOf(random: Random): WatchdogRules {
  // Settings by which the machine tries again as soon as it may, so that nothing but its guards holds it back.
  const isHasty = random.chance(0.15)
  const sustain = () => ({ enabled: random.chance(0.85), looks: isHasty ? 1 : 1 + random.below(4) })
  const startGraceMs = isHasty ? 3_000 : random.pick([3_000, 5_000, 30_000])
  return {
    version: '0',
    contractVersion: '2026.11.1',
    policy: {
      cooldownMs: isHasty ? 1_000 : random.pick([1_000, 3_000, 10_000, 30_000]),
      retryBudget: 1 + random.below(5),
      windowMs: random.pick([30_000, 60_000, 120_000, 600_000]),
      churnThreshold: 1 + random.below(8),
      guardedMode: random.chance(0.7),
      guardRelease: random.chance(0.75) ? 'manual' : 'window',
    },
    master: { prefixes: [TARGET_PREFIX], standIn: null, uid: TARGET_UID, startGraceMs },
    triggers: {
      ...TRIGGER_PRESETS,
      sustain: {
        no_workers: sustain(),
        target_failing: sustain(),
        pool_exhausted: sustain(),
        memory_high: sustain(),
      },
      workerRssBytesLimit: random.chance(0.5) ? 100_000_000 : null,
      startGraceMs,
    },
    help: { poolWarning: 0.9, errorRatio: 0.05 },
    probeIntervalMs: isHasty ? 2_000 : random.pick([500, 1_000, 2_000]),
    requestTtlMs: random.pick([3_000, 10_000, 30_000]),
    restartTimeoutMs: 10_000,
    judgeAfterMs: 2_000,
    trustFlags: random.chance(0.1),
    historyLimit: random.pick([1, 5, 20]),
  }
}

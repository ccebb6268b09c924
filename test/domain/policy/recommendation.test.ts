import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { recommend, RECOMMENDATION_REASONS, type Condition } from '#domain/policy/recommendation.ts'
import { stepText } from '#domain/policy/words.ts'
import { CIRCUIT_STATES, POLICY_STATES, RECOMMENDED_ACTIONS } from '#domain/schemas/health.ts'

const WELL: Condition = {
  target: 'serving',
  circuit: 'CLOSED',
  databaseReachable: true,
  poolSaturation: 0.2,
  memoryHigh: false,
  policy: 'allowed',
  unhelpfulRestarts: 0,
  poolWarning: 0.9,
  poolCritical: 1,
}

const ROWS: [title: string, condition: Partial<Condition>, action: string, reason: string][] = [
  ['all is well', {}, 'none', 'healthy'],
  [
    'a target that tells nothing of itself is well',
    { circuit: null, databaseReachable: null, poolSaturation: null },
    'none',
    'healthy',
  ],
  [
    'a restart under way comes first',
    { policy: 'restarting', target: 'failing', circuit: 'OPEN' },
    'observe_and_retry',
    'restart_in_progress',
  ],
  [
    'then the guard',
    { policy: 'guarded', databaseReachable: false },
    'release_guard_or_override',
    'guard_latched',
  ],
  [
    'then the database',
    { databaseReachable: false, circuit: 'OPEN', target: 'failing' },
    'check_database_connectivity',
    'database_unreachable',
  ],
  [
    'then the open breaker',
    { circuit: 'OPEN', poolSaturation: 1 },
    'wait_for_circuit_half_open',
    'circuit_open',
  ],
  [
    'then the half-open one',
    { circuit: 'HALF_OPEN', target: 'failing' },
    'observe_and_retry',
    'circuit_half_open',
  ],
  [
    'two restarts that did not help, with a full pool',
    { unhelpfulRestarts: 2, poolSaturation: 1 },
    'throttle_and_investigate_queries',
    'restart_not_helping',
  ],
  [
    'two restarts that did not help, otherwise',
    { unhelpfulRestarts: 2, target: 'failing' },
    'observe_and_retry',
    'restart_not_helping',
  ],
  [
    'one that did not help still leaves a try',
    { unhelpfulRestarts: 1, target: 'failing' },
    'consider_controlled_worker_restart',
    'target_failing',
  ],
  [
    'unhelpful restarts of the past do not disturb a well service',
    { unhelpfulRestarts: 5 },
    'none',
    'healthy',
  ],
  [
    'a restart would help, but it cools down',
    { policy: 'cooldown', target: 'failing' },
    'wait_for_restart_cooldown',
    'cooldown_active',
  ],
  ['a cooldown of a well service asks for nothing', { policy: 'cooldown' }, 'none', 'healthy'],
  ['failing', { target: 'failing' }, 'consider_controlled_worker_restart', 'target_failing'],
  [
    'exactly at critical the pool is exhausted',
    { poolSaturation: 1, target: 'degraded' },
    'consider_controlled_worker_restart',
    'pool_exhausted',
  ],
  [
    'exactly at warning it is under pressure',
    { poolSaturation: 0.9, target: 'degraded' },
    'throttle_and_investigate_queries',
    'pool_pressure',
  ],
  [
    'below warning it is not',
    { poolSaturation: 0.8999, target: 'degraded' },
    'continue_degraded_mode',
    'degraded',
  ],
  ['memory', { memoryHigh: true, target: 'degraded' }, 'consider_controlled_worker_restart', 'memory_high'],
  ['degraded for any other reason', { target: 'degraded' }, 'continue_degraded_mode', 'degraded'],
  ['not looked at yet', { target: 'unknown' }, 'observe_and_retry', 'not_probed_yet'],
  [
    'a pause does not hide what a person could do',
    { policy: 'paused', target: 'failing' },
    'consider_controlled_worker_restart',
    'target_failing',
  ],
]

test.each(ROWS)('OB3 %s', (_title, condition, action, reason) => {
  expect(recommend({ ...WELL, ...condition })).toEqual({ action, reason })
})

const condition: fc.Arbitrary<Condition> = fc.record({
  target: fc.constantFrom('serving' as const, 'degraded' as const, 'failing' as const, 'unknown' as const),
  circuit: fc.option(fc.constantFrom(...CIRCUIT_STATES)),
  databaseReachable: fc.option(fc.boolean()),
  poolSaturation: fc.option(fc.constantFrom(0, 0.5, 0.9, 0.99, 1)),
  memoryHigh: fc.boolean(),
  policy: fc.constantFrom(...POLICY_STATES),
  unhelpfulRestarts: fc.nat({ max: 4 }),
  poolWarning: fc.constant(0.9),
  poolCritical: fc.constant(1),
})

test('OB3 total: every condition has a known step, in words', () => {
  fc.assert(
    fc.property(condition, (given) => {
      const step = recommend(given)
      expect(RECOMMENDED_ACTIONS).toContain(step.action)
      expect(RECOMMENDATION_REASONS).toContain(step.reason)
      expect(stepText(step)).toMatch(/\.$/)
    }),
  )
})

test('WD14 after two restarts in a row that did not help, no restart is advised', () => {
  fc.assert(
    fc.property(condition, fc.integer({ min: 2, max: 9 }), (given, unhelpfulRestarts) => {
      const { action } = recommend({ ...given, unhelpfulRestarts })
      expect(action).not.toBe('consider_controlled_worker_restart')
    }),
  )
})

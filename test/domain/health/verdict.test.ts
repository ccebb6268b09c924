import { expect, test } from 'vitest'
import { verdictOf } from '#domain/health/verdict.ts'
import { NOW, sampleHealth, WELL, type SampleInput } from './health-sample.ts'

const context = { now: NOW, watchdogRunning: true }
const pool = (checkedOut: number): NonNullable<SampleInput['told']> => ({
  status: 'degraded',
  degraded_reason: 'pool_saturated',
  database_pool: {
    runtime: { max_capacity: 30 },
    state: { checked_out: checkedOut, max_capacity: 30, saturation: checkedOut / 30 },
  },
})

const HEADLINES: [title: string, input: SampleInput, level: string, headline: string][] = [
  ['a well service', {}, 'healthy', 'The service is well'],
  ['a full pool', { told: pool(30) }, 'degraded', 'The connection pool is full'],
  [
    'a pool that is nearly full is not called full',
    { told: pool(28) },
    'degraded',
    'The connection pool is nearly full',
  ],
  [
    'an open breaker',
    { told: { status: 'degraded', degraded_reason: 'circuit_open', circuit_breaker: { state: 'OPEN' } } },
    'degraded',
    'A dependency fails, its circuit is open',
  ],
  [
    'a breaker that went half-open meanwhile',
    {
      told: { status: 'degraded', degraded_reason: 'circuit_open', circuit_breaker: { state: 'HALF_OPEN' } },
    },
    'degraded',
    'A dependency is being tried again',
  ],
  [
    'a silent target',
    { outcome: { kind: 'failed', reason: 'timeout', at: NOW } },
    'unhealthy',
    'The target does not answer',
  ],
  [
    'before the first look',
    { outcome: { kind: 'never' } },
    'unknown',
    'The target has not been looked at yet',
  ],
  [
    'words of the target',
    { told: { status: 'degraded', degraded_reason: 'quota' } },
    'degraded',
    'The target reports: quota',
  ],
  [
    'a name that every object has',
    { told: { status: 'degraded', degraded_reason: 'constructor' } },
    'degraded',
    'The target reports: constructor',
  ],
  [
    'ill without a reason',
    { told: { status: 'unhealthy' } },
    'unhealthy',
    'The target says that it is not well',
  ],
]

test.each(HEADLINES)('FC4 the headline: %s', (_title, input, level, headline) => {
  expect(verdictOf(sampleHealth(input), context)).toMatchObject({ level, headline })
})

const DETAILS: [title: string, input: SampleInput, parts: string[]][] = [
  [
    'everything that is told',
    {},
    [
      '6 of 30 connections are checked out.',
      'The breaker is closed.',
      'The database answers.',
      '4 workers run.',
    ],
  ],
  [
    'what is not told is called unknown',
    { told: { services: {}, circuit_breaker: null, database_pool: null, system_memory: null } },
    [
      'It tells nothing of its connection pool.',
      'It tells nothing of its breaker.',
      'Whether the database answers is unknown.',
    ],
  ],
  [
    'when the breaker tries again',
    { told: { ...WELL, circuit_breaker: { state: 'OPEN', retry_after_seconds: 4.2 } } },
    ['the next try is in 5 s'],
  ],
  [
    'nothing of a silent target',
    { outcome: { kind: 'failed', reason: 'refused', at: NOW } },
    ['Nothing is known of its pool'],
  ],
  ['nothing before the first look', { outcome: { kind: 'never' } }, ['The first probe has not come back.']],
]

test.each(DETAILS)('FC4 the detail: %s', (_title, input, parts) => {
  const { detail } = verdictOf(sampleHealth(input), context)
  for (const part of parts) expect(detail).toContain(part)
})

test('OB3 the next step is the recommendation in words', () => {
  const { nextStep } = verdictOf(sampleHealth({ told: pool(30), unhelpfulRestarts: 2 }), context)
  expect(nextStep).toContain('Two restarts in a row did not help')
})

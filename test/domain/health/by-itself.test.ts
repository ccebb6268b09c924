import { expect, test } from 'vitest'
import { byItselfText } from '#domain/health/by-itself.ts'
import type { Restart } from '#domain/policy/restarts.ts'
import { NOW, sampleHealth, type SampleInput } from './health-sample.ts'

const attempts = (...agesS: number[]): Restart[] =>
  agesS.map((age) => ({ kind: 'attempt', at: NOW - age * 1000 }))

const ROWS: [title: string, input: SampleInput, text: RegExp][] = [
  ['a well service', {}, /nothing to do/],
  [
    'an unwell one, with its budget',
    { httpStatus: 503 },
    /reloads the workers if this lasts. 3 of 3 attempts/,
  ],
  [
    'the last attempt is said to be the last',
    { httpStatus: 503, restarts: attempts(100, 200) },
    /One attempt of 3 is left/,
  ],
  ['a cooldown, with its end', { restarts: attempts(20) }, /Nothing for 40 s/],
  ['a pause', { signals: { paused: true } }, /an operator paused/],
  ['a restart', { signals: { restartInProgress: true } }, /under way/],
  [
    'a guard latched by churn',
    { restarts: attempts(1, 2, 3) },
    /3 restarts in 10 min latched the guard. It needs a person/,
  ],
  [
    'a guard still latched when its restarts are long over',
    { signals: { guardLatched: true } },
    /^Nothing: the guard is latched. It needs a person.$/,
  ],
  [
    'a breaker that is not closed',
    { told: { circuit_breaker: { state: 'OPEN' } } },
    /while the breaker is not closed/,
  ],
  [
    'a database that is gone',
    { signals: { databaseReachable: false } },
    /while the database cannot be reached/,
  ],
]

test.each(ROWS)('OB3 what the machine does by itself: %s', (_title, input, text) => {
  expect(byItselfText(sampleHealth(input), { watchdogRunning: true })).toMatch(text)
})

test('WD4 a spent budget below the churn threshold is not called a latched guard', () => {
  const health = sampleHealth({ restarts: attempts(70, 80, 90) })
  const { policy_state, restart_churn } = health.resilience
  policy_state.churn_threshold = restart_churn.threshold = 9
  restart_churn.exceeded = false
  const text = byItselfText(health, { watchdogRunning: true })
  expect(text).toMatch(/3 of 3 attempts in 10 min are used/)
  expect(text).not.toMatch(/latched/)
})

test.each([
  [false, 'Nothing: the watchdog is not running.'],
  [null, 'Not known: the state of the watchdog has not been read yet.'],
])('FC4 nothing is promised for a watchdog that is not known to run (%s)', (watchdogRunning, text) => {
  expect(byItselfText(sampleHealth({ httpStatus: 503 }), { watchdogRunning })).toBe(text)
})

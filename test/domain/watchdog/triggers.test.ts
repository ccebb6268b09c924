import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ProbeOutcome } from '#domain/health/probe-outcome.ts'
import {
  afterStart,
  look,
  TRIGGER_PRESETS,
  TRIGGERS,
  type Look,
  type Trigger,
  type TriggerConfig,
  type TriggerState,
} from '#domain/watchdog/triggers.ts'

const answered = (httpStatus: number): ProbeOutcome => ({
  kind: 'answered',
  health: null,
  httpStatus,
  latencyMs: 1,
  at: 0,
})
const failed = (reason: Extract<ProbeOutcome, { kind: 'failed' }>['reason']): ProbeOutcome => ({
  kind: 'failed',
  reason,
  at: 0,
})
const LIMIT = 500
const config: TriggerConfig = { ...TRIGGER_PRESETS, workerRssBytesLimit: LIMIT }
const GOOD: Look = {
  atMs: 0,
  masterAlive: true,
  outcome: answered(200),
  poolSaturation: 0.5,
  workersRssBytes: [100, 100],
}
const RUNNING: TriggerState = { ...afterStart(0), graceSinceMs: null }

/** What has fired after each look, a second apart. */
function watch(looks: readonly Partial<Look>[], given = config, start = RUNNING): Trigger[][] {
  let state = start
  return looks.map((seen, index) => {
    const answer = look(state, { ...GOOD, atMs: index * 1000, ...seen }, given)
    state = answer.state
    return [...answer.fired]
  })
}

const BAD: [trigger: Trigger, title: string, seen: Partial<Look>][] = [
  ['target_failing', 'a time-out', { outcome: failed('timeout') }],
  ['target_failing', 'a refused connection', { outcome: failed('refused') }],
  ['target_failing', 'a reset connection', { outcome: failed('reset') }],
  ['target_failing', 'a server error', { outcome: failed('http_5xx') }],
  ['target_failing', 'a payload with an error code', { outcome: answered(503) }],
  ['pool_exhausted', 'a pool exactly at critical', { poolSaturation: 1 }],
  ['memory_high', 'one worker exactly at the limit', { workersRssBytes: [100, LIMIT] }],
  ['no_workers', 'a master without workers', { workersRssBytes: [] }],
]

test.each(BAD)('WD6 %s fires with the third look in a row: %s', (trigger, _title, seen) => {
  expect(watch([seen, seen, seen, seen])).toEqual([[], [], [trigger], [trigger]])
  expect(watch([seen, seen, {}, seen, seen])).toEqual([[], [], [], [], []])
})

test.each(BAD)('WD6 %s can be switched off: %s', (trigger, _title, seen) => {
  const sustain = { ...config.sustain, [trigger]: { enabled: false, looks: 3 } }
  expect(watch([seen, seen, seen, seen], { ...config, sustain }).flat()).toEqual([])
})

test.each<[title: string, seen: Partial<Look>]>([
  ['a client error', { outcome: answered(404) }],
  ['an answer that cannot be read', { outcome: failed('malformed') }],
  ['no probe yet', { outcome: { kind: 'never' } }],
  ['a pool below critical', { poolSaturation: 0.999 }],
  ['a pool that is not told', { poolSaturation: null }],
  ['workers that cannot be read', { workersRssBytes: null }],
  ['a worker below the limit', { workersRssBytes: [LIMIT - 1] }],
])('WD6 never fires: %s', (_title, seen) => {
  expect(watch(Array.from({ length: 9 }, () => seen)).flat()).toEqual([])
})

test('WD6 without a memory limit no worker is too large', () => {
  const seen = { workersRssBytes: [Number.MAX_SAFE_INTEGER] }
  expect(watch([seen, seen, seen], TRIGGER_PRESETS).flat()).toEqual([])
})

test('WD6 a look that cannot tell breaks the row', () => {
  const full = { poolSaturation: 1 }
  expect(watch([full, full, { poolSaturation: null }, full, full]).flat()).toEqual([])
})

test('WD6 each has a count of its own', () => {
  const sustain = { ...config.sustain, pool_exhausted: { enabled: true, looks: 2 } }
  const seen = { poolSaturation: 1, outcome: answered(503) }
  expect(watch([seen, seen, seen], { ...config, sustain })).toEqual([
    [],
    ['pool_exhausted'],
    ['target_failing', 'pool_exhausted'],
  ])
})

test('WD6 a dead master is nobody to signal, and what was counted before is forgotten', () => {
  const bad = { outcome: failed('refused'), workersRssBytes: [] }
  expect(watch([bad, bad, { ...bad, masterAlive: false }, bad, bad]).flat()).toEqual([])
})

test('WD6 looks during the start grace do not count', () => {
  const bad = { outcome: failed('refused') }
  const fired = watch(
    Array.from({ length: 34 }, () => bad),
    config,
    afterStart(0),
  )
  expect(fired.findIndex((some) => some.length > 0)).toBe(32)
})

test('WD6 the first good probe ends the grace', () => {
  const bad = { outcome: failed('refused') }
  expect(watch([bad, {}, bad, bad, bad], config, afterStart(0)).at(-1)).toEqual(['target_failing'])
})

const anyLook: fc.Arbitrary<Partial<Look>> = fc.record({
  masterAlive: fc.boolean(),
  outcome: fc.constantFrom(answered(200), answered(500), failed('timeout'), failed('malformed')),
  poolSaturation: fc.constantFrom(null, 0.2, 1),
  workersRssBytes: fc.constantFrom(null, [], [100], [LIMIT]),
})

test('WD6 nothing fires without as many bad looks in a row, and a good look silences everything', () => {
  fc.assert(
    fc.property(fc.array(anyLook, { maxLength: 20 }), (looks) => {
      const fired = watch([...looks, {}], config, afterStart(0))
      expect(fired.at(-1)).toEqual([])
      for (const [index, some] of fired.entries()) {
        if (some.length === 0) continue
        const alive = looks.slice(index - 2, index + 1).map(({ masterAlive }) => masterAlive)
        expect(alive).toEqual([true, true, true])
        expect(TRIGGERS.filter((trigger) => some.includes(trigger))).toEqual(some)
      }
    }),
  )
})

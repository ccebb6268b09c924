import { expect, test } from 'vitest'
import { isBootLoop, NO_BOOT_LOOP, watchBoots, withProbe } from '#domain/watchdog/boot-loop.ts'
import type { MasterLook } from '#domain/watchdog/master-rules.ts'

const IDENTITY = { pid: 4242, start_ticks: 1000, boot: 'b1', exe: '/opt/env/bin/python3.11' }
const SEEN: MasterLook = {
  identity: IDENTITY,
  uid: 33,
  cmdline: [],
  ageMs: 60_000,
  upgradeOf: null,
  forkOf: null,
  workers: [],
  reaped: 0,
}
/** With the preset interval of a second. */
const PATIENCE_MS = 1100

const worker = (pid: number, ageMs: number) => ({ pid, startTicks: pid, ageMs })
type Workers = MasterLook['workers']

/** Whether each look, a second apart, calls it a loop. */
function watch(
  looks: readonly (Workers | null)[],
  identityAt: (index: number) => typeof IDENTITY = () => IDENTITY,
) {
  let state = NO_BOOT_LOOP
  return looks.map((workers, index) => {
    const seen = workers === null ? null : { ...SEEN, workers, identity: identityAt(index) }
    state = watchBoots(state, seen, index * 1000)
    return isBootLoop(state, index * 1000, PATIENCE_MS)
  })
}

test('WD8b workers that are other ones at each look are a loop, seen within seconds', () => {
  const looks = Array.from({ length: 5 }, (_, index) => [worker(index * 10, 20), worker(index * 10 + 1, 30)])
  expect(watch(looks)).toEqual([false, false, false, true, true])
})

test('WD8b a worker that lives too long to die at every look is found as well', () => {
  const looks = [
    [worker(1, 500)],
    [worker(1, 1500)],
    [worker(2, 100)],
    [worker(2, 1100)],
    [worker(3, 100)],
    [worker(3, 1100)],
    [worker(4, 9)],
  ]
  expect(watch(looks).at(-1)).toBe(true)
})

test.each<[string, (Workers | null)[]]>([
  ['workers that stay', Array.from({ length: 9 }, (_, index) => [worker(1, index * 1000)])],
  [
    'a reload of workers that had settled',
    [[worker(1, 60_000)], [worker(2, 10)], [worker(2, 1010)], [worker(2, 2010)]],
  ],
  [
    'two reloads in a row',
    [[worker(1, 60_000)], [worker(2, 10)], [worker(3, 10)], [worker(3, 1010)], [worker(3, 2010)]],
  ],
  ['a master that is gone', [[worker(1, 1)], null, [worker(2, 1)], null, [worker(3, 1)], null]],
  ['no workers at all', Array.from({ length: 9 }, () => [])],
])('WD8b no loop: %s', (_title, looks) => {
  expect(watch(looks).some(Boolean)).toBe(false)
})

test('WD8b deaths that lie far apart are no loop, and a loop that ended is over', () => {
  const apart = Array.from({ length: 40 }, (_, index) => [worker(Math.floor(index / 6), (index % 6) * 400)])
  expect(watch(apart).some(Boolean)).toBe(false)
  const ended = [
    ...Array.from({ length: 4 }, (_, index) => [worker(index, 20)]),
    ...Array.from({ length: 12 }, (_, index) => [worker(3, 1020 + index * 1000)]),
  ]
  expect(watch(ended).at(3)).toBe(true)
  expect(watch(ended).at(-1)).toBe(false)
})

test('WD8b another master begins with a clean record', () => {
  const looks = Array.from({ length: 6 }, (_, index) => [worker(index, 20)])
  expect(watch(looks, (index) => ({ ...IDENTITY, start_ticks: index })).some(Boolean)).toBe(false)
})

/** A worker's life, in milliseconds; Infinity: it outlives the test. */
type Life = readonly [born: number, died: number]
const FOREVER = Number.POSITIVE_INFINITY

/**
 * Looks as the watchdog makes them, a tenth of a second apart while something changes, and a probe each second. When it was called a
 * loop, or null.
 */
function calledAt(
  lives: readonly Life[],
  isAnswered: (at: number) => boolean,
  untilMs = 20_000,
): number | null {
  let state = NO_BOOT_LOOP
  for (let at = 0; at < untilMs; at += 100) {
    const alive = lives.map(([born, died], pid) => ({ pid, startTicks: pid, born, died }))
    const present = alive.filter(({ born, died }) => born <= at && at < died)
    const workers = present.map(({ pid, startTicks, born }) => ({ pid, startTicks, ageMs: at - born }))
    const reaped = alive.filter(({ died }) => died <= at).length
    state = watchBoots(state, { ...SEEN, workers, reaped }, at)
    if (isBootLoop(state, at, PATIENCE_MS)) return at
    if (at % 1000 === 0) state = withProbe(state, { isAnswered: isAnswered(at), askedMs: at })
  }
  return null
}

/** One slot from a moment on: each worker lives so long, and the next begins a little later. */
function slot(from: number, lifeMs: number, pauseMs = 50): Life[] {
  return Array.from({ length: Math.ceil(20_000 / (lifeMs + pauseMs)) }, (_, index) => {
    const born = from + index * (lifeMs + pauseMs)
    return [born, born + lifeMs]
  })
}

const OLD: Life = [-60_000, FOREVER]
const ONSET = 5_050

test.each<[string, Life[], (at: number) => boolean, number]>([
  [
    'all slots, as gunicorn starts them anew',
    [0, 1, 2, 3].flatMap((at) => slot(ONSET + at * 15, 60)),
    (at) => at < ONSET,
    2000,
  ],
  [
    'one slot, one of whose workers took long to die',
    [OLD, [ONSET, ONSET + 800], ...slot(ONSET + 850, 60)],
    () => true,
    3500,
  ],
  ['workers that no look ever meets', [OLD, ...slot(ONSET, 20, 80)], () => true, 2000],
  ['one slot, while others serve', [OLD, OLD, ...slot(ONSET, 90)], () => true, 2000],
  [
    'an import that takes a second and crashes',
    [0, 1].flatMap((at) => slot(ONSET + at, 1000)),
    () => false,
    5000,
  ],
  ['one that takes two and a half', slot(ONSET, 2500), () => false, 9500],
])('WD8b a loop, and in time: %s', (_title, lives, isAnswered, withinMs) => {
  const at = calledAt(lives, isAnswered)
  expect(at).not.toBeNull()
  expect((at ?? 0) - ONSET).toBeLessThanOrEqual(withinMs)
})

test.each<[string, Life[]]>([
  [
    'reloads, one after the other, of workers that had no time to grow old',
    [0, 1, 2, 3, 4, 5].flatMap((at) => [
      [5000 + at * 1500, 6520 + at * 1500] as const,
      [5010 + at * 1500, 6740 + at * 1500] as const,
    ]),
  ],
  [
    'a reload whose old workers take their time',
    [
      ...[0, 1, 2, 3].map((at) => [4000 + at, 6000 + at * 400] as const),
      ...[0, 1, 2, 3].map((at) => [5990 + at, FOREVER] as const),
    ],
  ],
  [
    'a roll of young workers',
    [
      ...[0, 1, 2, 3].map((at) => [4000, 5200 + at * 200] as const),
      ...[0, 1, 2, 3].map((at) => [5100 + at * 200, FOREVER] as const),
    ],
  ],
  ['a worker beyond its limit of memory, killed', [OLD, OLD, [4000, 5500], [5550, FOREVER]]],
  [
    'a few that die at boot, and then one that does not',
    [OLD, [4000, 4060], [4110, 4170], [4220, 4280], [4330, 4390], [4440, FOREVER]],
  ],
  ['max_requests under much load, all alike', [0, 1, 2, 3].flatMap((at) => slot(at * 240, 1000))],
  ['max_requests of a handful', [0, 1, 2, 3].flatMap((at) => slot(at * 55, 150))],
  ['max_requests that some reach sooner', [OLD, ...slot(0, 900), ...slot(100, 2300)]],
])('WD8b no loop: %s', (_title, lives) => {
  expect(calledAt(lives, () => true)).toBeNull()
})

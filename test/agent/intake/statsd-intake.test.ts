import { beforeEach, expect, test } from 'vitest'
import { pageOf } from '#agent/api/raw-forms.ts'
import { StatsdIntake } from '#agent/intake/statsd-intake.ts'
import { TrafficTally } from '#agent/intake/traffic-tally.ts'
import { RawStore } from '#agent/store/raw-store.ts'
import { ManualClock } from '../manual-clock.ts'
import { noRestarts } from '../no-restarts.ts'

let clock: ManualClock
let store: RawStore
let intake: StatsdIntake
let traffic: TrafficTally

beforeEach(() => {
  clock = new ManualClock()
  store = new RawStore({ epoch: '0000abcd', startedAt: clock.wallNow(), readRestarts: noRestarts })
  traffic = new TrafficTally(clock)
  intake = new StatsdIntake({ clock, store, traffic })
})

const send = (...lines: string[]) => lines.forEach((line) => intake.accept(Buffer.from(line)))
const duration = (ms: number, tag = '') => `gunicorn.request.duration:${ms}|ms${tag === '' ? '' : `|#${tag}`}`
const status = (code: number, tag = '') =>
  `gunicorn.request.status.${code}:1|c|@1.0${tag === '' ? '' : `|#${tag}`}`
const samples = () => pageOf(store.window(['requests'], 60_000, clock.wallNow())).requests

test("IN1 gunicorn's three datagrams make one sample", () => {
  send(duration(5.7), 'gunicorn.requests:1|c|@1.0', status(200))
  expect(samples()).toEqual({ t: [clock.wallNow()], duration_ms: [5.7], status: [200] })
  expect(intake.counters()).toMatchObject({ datagrams: 3, samples: 1, malformed: 0, unpaired: 0 })
})

test('IN1 durations of two workers are paired in the order of their arrival', () => {
  send(duration(1), duration(2), status(200), status(500))
  expect(samples()).toMatchObject({ duration_ms: [1, 2], status: [200, 500] })
})

test('IN1 the worker tag pairs exactly, in whatever order the halves arrive', () => {
  send(duration(1, 'pid:1'), duration(2, 'pid:2'), status(500, 'pid:2'), status(200, 'pid:1'))
  expect(samples()).toMatchObject({ duration_ms: [2, 1], status: [500, 200] })
})

test('WD14 each sample is told to the watchdog as well, by the second it ended in', () => {
  send(duration(1), status(200), duration(2), status(502))
  clock.pass(1_000)
  send(duration(1), status(404))
  expect(traffic.read().seconds).toMatchObject([
    { requests: 2, errors: 1 },
    { requests: 1, errors: 0 },
  ])
})

test('IN4 a half that stays alone is counted, and spoils no later sample', () => {
  send(duration(9999))
  clock.pass(1500)
  send(duration(3), status(200))
  expect(samples()).toMatchObject({ duration_ms: [3] })
  expect(intake.counters()).toMatchObject({ samples: 1, unpaired: 1 })
  send(status(200))
  expect(intake.counters()).toMatchObject({ samples: 1, unpaired: 2 })
})

test('IN4 garbage is counted by its kind and changes nothing', () => {
  send('rubbish', 'other.app:1|c')
  intake.accept(Buffer.alloc(65_507, 0xff))
  intake.accept(Buffer.alloc(0))
  expect(samples()?.t).toEqual([])
  expect(intake.counters()).toMatchObject({ datagrams: 4, samples: 0, malformed: 2, foreign: 1, oversize: 1 })
})

test('IN4 halves without end are bounded', () => {
  for (let i = 0; i < 10_000; i++) send(duration(i))
  expect(intake.counters().unpaired).toBe(10_000 - 4096)
})

test('IN3 a wall clock that is set back does not disorder the stream', () => {
  send(duration(1), status(200))
  clock.setWallBy(-3_600_000)
  clock.pass(50)
  send(duration(2), status(200))
  const [first = 0, second = 0] =
    store.after('0000abcd-0-0-0', ['requests'], 1, clock.wallNow())?.streams.requests?.t ?? []
  expect(second - first).toBe(50)
})

test('IN3 a wall clock that jumps forward, as after a suspend, is followed', () => {
  clock.setWallBy(7_200_000)
  send(duration(1), status(200))
  expect(samples()?.t).toEqual([clock.wallNow()])
})

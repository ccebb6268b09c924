import { expect, test } from 'vitest'
import { TrafficTally } from '#agent/intake/traffic-tally.ts'
import { TRAFFIC_FILE_BYTES_LIMIT, trafficFile } from '#domain/schemas/traffic-file.ts'
import { ManualClock } from '../manual-clock.ts'

test('WD14 it counts by the second on the clock that nobody sets', () => {
  const clock = new ManualClock()
  const tally = new TrafficTally(clock)
  tally.add(200)
  clock.setWallBy(-3_600_000)
  tally.add(500)
  clock.pass(1_500)
  tally.add(499)
  expect(tally.read()).toEqual({
    until: 2_500,
    seconds: [
      { second: 1, requests: 2, errors: 1 },
      { second: 2, requests: 1, errors: 0 },
    ],
  })
})

test('IN4 it forgets what is older than a minute, however long it runs, and stays small', () => {
  const clock = new ManualClock()
  const tally = new TrafficTally(clock)
  for (let second = 0; second < 1_000; second += 1) {
    for (let request = 0; request < 3; request += 1) tally.add(200)
    clock.pass(1_000)
  }
  const told = { boot: '01234567-89ab-cdef-0123-456789abcdef', ...tally.read() }
  expect(told.seconds.map(({ second }) => second)).toEqual(
    Array.from({ length: 60 }, (_, index) => 941 + index),
  )
  expect(trafficFile.safeParse(told).success).toBe(true)
  expect(JSON.stringify(told).length).toBeLessThan(TRAFFIC_FILE_BYTES_LIMIT / 4)
  clock.pass(60_001)
  expect(tally.read().seconds).toEqual([])
})

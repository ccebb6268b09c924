import { expect, test } from 'vitest'
import { csvOf } from '#web/charts/export-csv.ts'
import { sampleDrawing, T0 } from './sample-drawing.ts'

test('IN3 a file holds every value as it is, the times in UTC, and nothing where nothing is known', () => {
  expect(csvOf(sampleDrawing(), { from: T0 + 10_000, to: T0 + 20_000 })).toBe(
    [
      'time_utc,request.p95_ms,breaker.state',
      '2026-11-26T12:00:10.000Z,30,CLOSED',
      '2026-11-26T12:00:15.000Z,,CLOSED',
      '2026-11-26T12:00:20.000Z,50.25,CLOSED',
      '',
    ].join('\n'),
  )
})

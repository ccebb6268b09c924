import { expect, test } from 'vitest'
import { crewChange } from '#domain/metrics/crew.ts'

/** Readings, each of a time and the pids that it found. */
function columns(...readings: [t: number, ...pids: number[]][]) {
  const rows = readings.flatMap(([t, ...pids]) => pids.map((pid) => ({ t, pid })))
  return { t: rows.map(({ t }) => t), pid: rows.map(({ pid }) => pid), rssBytes: rows.map(() => 1) }
}

test.each([
  ['nobody has gone yet', columns([0, 1, 2], [10, 1, 2, 3]), { gone: 0, of: 2, replacedAt: null }],
  ['one of two has gone', columns([0, 1, 2], [10, 2, 3]), { gone: 1, of: 2, replacedAt: null }],
  ['both have gone', columns([0, 1, 2], [10, 2, 3], [15, 3, 4]), { gone: 2, of: 2, replacedAt: 15 }],
  ['those that came have gone again', columns([0, 1], [10, 2], [15, 3]), { gone: 1, of: 1, replacedAt: 10 }],
  ['nothing was read since the signal', columns([0, 1, 2]), null],
  ['nothing was read before it', columns([10, 1, 2]), null],
  ['nothing was read at all', columns(), null],
])('WD10 %s', (_case, process, expected) => {
  expect(crewChange(process, 5)).toEqual(expected)
})

test('the crew is that of the last reading before the signal, not of all before it', () => {
  expect(crewChange(columns([0, 9], [4, 1, 2], [10, 3, 4]), 5)).toEqual({ gone: 2, of: 2, replacedAt: 10 })
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SlidingColumns } from '#web/compute/sliding-columns.ts'

function rowsOf(columns: SlidingColumns) {
  const [t, value] = columns.view() as [Float64Array, Float64Array]
  return [...t].map((time, i) => [time, value[i]])
}

test('rows are kept in the order of their time, late ones at their place, equal ones in the order given', () => {
  const columns = new SlidingColumns(2, 100)
  columns.append([
    [1, 2, 5],
    [10, 20, 50],
  ])
  columns.append([
    [3, 5, 6],
    [30, 51, 60],
  ])
  expect(rowsOf(columns)).toEqual([
    [1, 10],
    [2, 20],
    [3, 30],
    [5, 50],
    [5, 51],
    [6, 60],
  ])
})

test('IN4 beyond the bound the oldest rows are forgotten, and it says until when', () => {
  const columns = new SlidingColumns(2, 3)
  expect(
    columns.append([
      [1, 2],
      [1, 2],
    ]),
  ).toBeNull()
  expect(
    columns.append([
      [3, 4, 5],
      [3, 4, 5],
    ]),
  ).toBe(3)
  expect(rowsOf(columns)).toEqual([
    [3, 3],
    [4, 4],
    [5, 5],
  ])
})

test('sliding along agrees with a plain list, whatever comes in and is forgotten', () => {
  const page = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 })
  fc.assert(
    fc.property(fc.array(fc.tuple(page, fc.integer({ min: 0, max: 60 })), { maxLength: 20 }), (pages) => {
      const columns = new SlidingColumns(2, 1_000_000)
      let plain: [t: number, value: number][] = []
      let counter = 0
      pages.forEach(([offsets, forgetBefore], i) => {
        const rows = offsets.map((offset): [number, number] => [i * 10 + offset, (counter += 1)])
        columns.append([rows.map(([t]) => t), rows.map(([, value]) => value)])
        plain = [...plain, ...rows].sort(([one], [other]) => one - other)
        const instant = i * 10 - 30 + forgetBefore
        columns.forgetBefore(instant)
        plain = plain.filter(([t]) => t >= instant)
        expect(rowsOf(columns)).toEqual(plain)
      })
    }),
  )
})

test('room is made by moving and by growing', () => {
  const columns = new SlidingColumns(1, 1_000_000)
  for (let page = 0; page < 30; page += 1) {
    columns.append([Float64Array.from({ length: 1000 }, (_, i) => page * 1000 + i)])
    columns.forgetBefore(page * 1000 - 2000)
  }
  const [t] = columns.view() as [Float64Array]
  expect([t.length, t[0], t.at(-1)]).toEqual([3000, 27_000, 29_999])
})

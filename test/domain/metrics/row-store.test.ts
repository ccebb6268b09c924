import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { RowStore } from '#domain/metrics/row-store.ts'

type Row = readonly [t: number, value: number]

function storeOf(rowsMax?: number) {
  return new RowStore<ReturnType<typeof columnsOf>>(['t', 'value'], rowsMax)
}

function columnsOf(rows: readonly Row[]) {
  return { t: rows.map(([t]) => t), value: rows.map(([, value]) => value) }
}

function rowsOf(store: ReturnType<typeof storeOf>): Row[] {
  const { t, value } = store.columns()
  return Array.from(t, (time, i) => [time, value[i] as number])
}

test('rows are kept in the order of their time, late ones at their place, equal ones in the order given', () => {
  const store = storeOf()
  const early: Row[] = [
    [1, 10],
    [2, 20],
    [5, 50],
  ]
  store.add(columnsOf(early))
  const late: Row[] = [
    [3, 30],
    [5, 51],
    [6, 60],
  ]
  store.add(columnsOf(late))
  expect(rowsOf(store).map(([, value]) => value)).toEqual([10, 20, 30, 50, 51, 60])
})

test('IN4 beyond the bound the oldest rows are forgotten, and with the last of them what shares its time', () => {
  const store = storeOf(3)
  const rows: Row[] = [1, 1, 2, 2, 3].map((t, value) => [t, value])
  store.add(columnsOf(rows.slice(0, 3)))
  expect(store.size).toBe(3)
  store.add(columnsOf(rows.slice(3)))
  expect(rowsOf(store)).toEqual(rows.slice(2))
  store.add(columnsOf([[4, 5]]))
  expect(rowsOf(store)).toEqual([
    [3, 4],
    [4, 5],
  ])
})

test('sliding along agrees with a plain list, whatever comes in and is forgotten', () => {
  const page = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 })
  fc.assert(
    fc.property(fc.array(fc.tuple(page, fc.integer({ min: 0, max: 60 })), { maxLength: 20 }), (pages) => {
      const store = storeOf()
      let plain: Row[] = []
      let counter = 0
      pages.forEach(([offsets, forgetBefore], i) => {
        const rows = offsets.map((offset): Row => [i * 10 + offset, (counter += 1)])
        store.add(columnsOf(rows.toSorted(([one], [other]) => one - other)))
        plain = [...plain, ...rows].toSorted(([one], [other]) => one - other)
        const instant = i * 10 - 30 + forgetBefore
        store.forgetBefore(instant)
        plain = plain.filter(([t]) => t >= instant)
        expect(rowsOf(store)).toEqual(plain)
      })
    }),
  )
})

test('room is made by moving and by growing', () => {
  const store = storeOf()
  for (let page = 0; page < 30; page += 1) {
    store.add(columnsOf(Array.from({ length: 1000 }, (_, i) => [page * 1000 + i, i])))
    store.forgetBefore(page * 1000 - 2000)
  }
  const { t } = store.columns()
  expect([t.length, t[0], t.at(-1)]).toEqual([3000, 27_000, 29_999])
})

test('what is cleared does not come back', () => {
  const store = storeOf()
  store.add(columnsOf([[1, 1]]))
  store.clear()
  store.add(columnsOf([[0, 7]]))
  expect(rowsOf(store)).toEqual([[0, 7]])
})

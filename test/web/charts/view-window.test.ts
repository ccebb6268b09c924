import { expect, test } from 'vitest'
import { draggedPart, nearestPlace, shownPart, zoomed } from '#web/charts/view-window.ts'

const whole = { from: 1000, to: 2000 }

test('nearer keeps the moment under the cursor where it is', () => {
  const zoom = zoomed(whole, { centre: 1200, factor: 0.5, whole, leastMs: 10 })
  expect(zoom).toEqual({ from: 1100, to: 1600 })
})

test('at an edge it stays inside the window', () => {
  expect(zoomed({ from: 1900, to: 2000 }, { centre: 2000, factor: 3, whole, leastMs: 10 })).toEqual({
    from: 1700,
    to: 2000,
  })
})

test('never nearer than what shows something, and what would be all is the whole, which goes on', () => {
  const near = zoomed({ from: 1500, to: 1520 }, { centre: 1510, factor: 0.5, whole, leastMs: 15 })
  expect(near && near.to - near.from).toBe(15)
  expect(zoomed({ from: 1200, to: 1800 }, { centre: 1500, factor: 2, whole, leastMs: 10 })).toBeNull()
})

test('a part that has slid out of the window shows nothing any more: the whole is back', () => {
  expect(shownPart({ from: 500, to: 1000 }, whole)).toBe(whole)
  expect(shownPart({ from: 900, to: 1100 }, whole)).toEqual({ from: 900, to: 1100 })
  expect(shownPart(null, whole)).toBe(whole)
})

test('dragging works both ways, and a press that hardly moved is none', () => {
  expect(draggedPart(1500, 1200, 100)).toEqual({ from: 1200, to: 1500 })
  expect(draggedPart(1500, 1450, 100)).toBeNull()
})

test('the moment that is read is the nearest of those that are known', () => {
  expect(nearestPlace([10, 20, 30], 24)).toBe(1)
  expect(nearestPlace([10, 20, 30], 99)).toBe(2)
  expect(nearestPlace([], 5)).toBeNull()
})

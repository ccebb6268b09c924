import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { lonePoints, visiblePoints } from '#web/charts/decimate.ts'

function line(values: readonly (number | null)[]) {
  return {
    t: Float64Array.from(values, (_, i) => i * 10),
    values: Float64Array.from(values, (value) => value ?? Number.NaN),
  }
}

/** As pairs, a gap as null. */
function pairs(points: Float64Array): [t: number, value: number | null][] {
  return Array.from({ length: points.length / 2 }, (_, i) => {
    const value = points[2 * i + 1] as number
    return [points[2 * i] as number, Number.isNaN(value) ? null : value]
  })
}

test('fewer values than pixels stay as they are, with their gaps', () => {
  const { t, values } = line([1, null, 3])
  expect(pairs(visiblePoints(t, values, { from: 0, to: 20, widthPx: 100 }))).toEqual([
    [0, 1],
    [10, null],
    [20, 3],
  ])
})

test('a part is drawn with one value on either side, so that its line enters and leaves at the edges', () => {
  const { t, values } = line([1, 2, 3, 4, 5, 6])
  const points = pairs(visiblePoints(t, values, { from: 20, to: 30, widthPx: 100 }))
  expect(points.map(([, value]) => value)).toEqual([2, 3, 4, 5])
})

test('a value between two gaps, or at an end beside one, is alone', () => {
  const { t, values } = line([1, null, 3, null, 5, 6, null, null, 9])
  const points = visiblePoints(t, values, { from: 0, to: 80, widthPx: 100 })
  expect(pairs(lonePoints(points))).toEqual([
    [0, 1],
    [20, 3],
    [80, 9],
  ])
})

const many = fc.array(fc.option(fc.integer({ min: -1000, max: 1000 }), { freq: 20 }), {
  minLength: 200,
  maxLength: 600,
})

test('of many values per pixel the lowest, the highest and a gap of one are kept, in their order', () => {
  fc.assert(
    fc.property(many, fc.integer({ min: 5, max: 40 }), (drawn, widthPx) => {
      const { t, values } = line(drawn)
      const to = (drawn.length - 1) * 10
      const points = pairs(visiblePoints(t, values, { from: 0, to, widthPx }))
      const known = drawn.filter((value) => value !== null)
      const kept = points.flatMap(([, value]) => (value === null ? [] : [value]))
      expect(Math.max(...kept)).toBe(Math.max(...known))
      expect(Math.min(...kept)).toBe(Math.min(...known))
      expect(points.some(([, value]) => value === null)).toBe(drawn.includes(null))
      expect(points.map(([at]) => at)).toEqual(points.map(([at]) => at).toSorted((a, b) => a - b))
      expect(points.length).toBeLessThanOrEqual((widthPx + 3) * 3)
      for (const [at, value] of points) expect(value).toBe(drawn[at / 10])
    }),
  )
})

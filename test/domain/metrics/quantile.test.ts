import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { quantileOf, select } from '#domain/metrics/quantile.ts'

test.each([
  { values: [], q: 0.5, expected: null },
  { values: [7], q: 0.95, expected: 7 },
  { values: [1, 2], q: 0.5, expected: 1.5 },
  { values: [1, 2, 3, 4], q: 0.5, expected: 2.5 },
  { values: [1, 2, 3, 4], q: 0.25, expected: 1.75 },
  { values: [10, 20, 30, 40, 50], q: 0.95, expected: 48 },
  { values: [10, 20, 30], q: 0, expected: 10 },
  { values: [10, 20, 30], q: 1, expected: 30 },
])('FC3 type 7: the $q quantile of $values is $expected', ({ values, q, expected }) => {
  const quantile = quantileOf(values, q)
  if (expected === null) expect(quantile).toBeNull()
  else expect(quantile).toBeCloseTo(expected, 10)
})

test('a quantile lies between its neighbours and grows with q', () => {
  const durations = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 })
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(durations, share, share, (values, one, other) => {
      const ascending = Float64Array.from(values).sort()
      const low = quantileOf(ascending, Math.min(one, other)) as number
      const high = quantileOf(ascending, Math.max(one, other)) as number
      expect(low).toBeGreaterThanOrEqual(ascending[0] as number)
      expect(high).toBeLessThanOrEqual(ascending.at(-1) as number)
      expect(high - low).toBeGreaterThanOrEqual(-1e-9)
    }),
  )
})

test('the value at a rank among very many is the one that sorting would put there, however often each comes', () => {
  for (const different of [1, 2, 50, 5_003]) {
    const given = Float64Array.from({ length: 5_000 }, (_, index) => ((index * 7_919) % 5_003) % different)
    const sorted = given.toSorted()
    for (const rank of [0, 1, 99, 1_234, 2_500, 4_899, 4_998, 4_999]) {
      expect(select(given.slice(), rank)).toBe(sorted[rank])
    }
  }
})

test('the value at a rank is the one that sorting would put there', () => {
  const values = fc.array(fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constantFrom(0, 1, 2)), {
    minLength: 1,
    maxLength: 200,
  })
  fc.assert(
    fc.property(values, fc.nat(), (given, number) => {
      const rank = number % given.length
      expect(select(Float64Array.from(given), rank)).toBe(Float64Array.from(given).sort()[rank])
    }),
  )
})

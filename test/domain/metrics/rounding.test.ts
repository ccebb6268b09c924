import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { roundHalfAway, settleAll } from '#domain/metrics/rounding.ts'

test.each([
  [0.5, 0, 1],
  [-0.5, 0, -1],
  [1.5, 0, 2],
  [2.5, 0, 3],
  [-2.5, 0, -3],
  [0.125, 2, 0.13],
  [-0.125, 2, -0.13],
  // Nearer to one side than they look: these decimals have no exact binary form.
  [1.005, 2, 1],
  [1.115, 2, 1.11],
  [8.345, 2, 8.35],
  [99.996, 2, 100],
  [99.994, 2, 99.99],
])('%d rounded to %d places is %d', (value, places, expected) => {
  expect(roundHalfAway(value, places)).toBe(expected)
})

test('a rounded nothing is zero, never minus zero', () => {
  expect(Object.is(roundHalfAway(-0.001, 2), 0)).toBe(true)
})

test('rounding is symmetric and never further away than half a unit', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e9, max: 1e9, noNaN: true }),
      fc.integer({ min: 0, max: 4 }),
      (value, places) => {
        const rounded = roundHalfAway(value, places)
        expect(roundHalfAway(-value, places)).toBe(0 - rounded)
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(0.5 * 10 ** -places + Math.abs(value) * 1e-12)
      },
    ),
  )
})

test('FC4 what cannot be known takes the empty value of its row: zero or null', () => {
  expect(settleAll({ 'request.rate': null, 'request.p95_ms': null, 'pool.saturation': 0 })).toEqual({
    'request.rate': 0,
    'request.p95_ms': null,
    'pool.saturation': 0,
  })
})

test('it is what the digits of the exact value say, near a tie or far from one', () => {
  const nearATie = fc
    .tuple(fc.integer({ min: -100_000, max: 100_000 }), fc.double({ min: -2e-3, max: 2e-3, noNaN: true }))
    .map(([units, off]) => (units + 0.5 + off) / 100)
  const anywhere = fc.double({ min: -1e13, max: 1e13, noNaN: true })
  fc.assert(
    fc.property(fc.oneof(nearATie, anywhere), fc.integer({ min: 0, max: 4 }), (value, places) => {
      expect(roundHalfAway(value, places)).toBe(Number(value.toFixed(places)) + 0)
    }),
    { numRuns: 2_000 },
  )
})

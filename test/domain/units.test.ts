import { expect, test } from 'vitest'
import { ageText, durationText } from '#domain/units.ts'

test.each([
  [-5, '0 s'],
  [999, '0 s'],
  [42_900, '42 s'],
  [60_000, '1 min'],
  [250_000, '4 min 10 s'],
  [3_599_999, '59 min 59 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
  [90_000_000, '1 d 1 h'],
])('%d ms as a length of time: %s', (ms, expected) => {
  expect(durationText(ms)).toBe(expected)
})

test.each([
  [-20, '0.0 s'],
  [449, '0.4 s'],
  [9_999, '9.9 s'],
  [10_000, '10 s'],
  [130_000, '2 min 10 s'],
])('%d ms as an age: %s', (ms, expected) => {
  expect(ageText(ms)).toBe(expected)
})

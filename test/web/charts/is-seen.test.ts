import { expect, test } from 'vitest'
import { isSeen } from '#web/charts/is-seen.ts'

const MINUTE_MS = 60_000
const WIDTH_PX = 600

function shown({ movedMs = 0, longerMs = 0, points = 600 } = {}) {
  return {
    drawing: { t: { length: points } },
    part: { from: movedMs, to: 10 * MINUTE_MS + movedMs + longerMs },
  }
}

test.each([
  ['a second of ten minutes is a pixel', { movedMs: 1_000 }, true],
  ['less is none', { movedMs: 990 }, false],
  ['it may go back', { movedMs: -1_000 }, true],
  ['another length moves its end', { longerMs: 2_000 }, true],
  ['a point more, where each has a pixel', { points: 602 }, true],
  ['the same', {}, false],
])('%s', (_, changes, seen) => {
  expect(isSeen(shown(changes), shown(), WIDTH_PX)).toBe(seen)
})

test('on a sharper screen it is seen earlier', () => {
  expect(isSeen(shown({ movedMs: 500 }), shown(), 2 * WIDTH_PX)).toBe(true)
})

test('the first points are seen, and so is that there are none any more', () => {
  expect(isSeen(shown({ points: 3 }), shown({ points: 0 }), WIDTH_PX)).toBe(true)
  expect(isSeen(shown({ points: 0 }), shown({ points: 3 }), WIDTH_PX)).toBe(true)
  expect(isSeen(shown({ points: 0 }), shown({ points: 0 }), WIDTH_PX)).toBe(false)
})

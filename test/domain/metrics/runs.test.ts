import { expect, test } from 'vitest'
import { changesIn } from '#domain/metrics/runs.ts'

const T = [0, 10, 20, 30, 40, 50]

test('a change is told where the new state is first seen, and only there', () => {
  expect(changesIn(['ok', 'ok', 'bad', 'bad', 'ok', 'ok'], T)).toEqual([
    { t: 20, from: 'ok', to: 'bad', afterGap: false },
    { t: 40, from: 'bad', to: 'ok', afterGap: false },
  ])
})

test('IN3 what changed inside a gap is told after it, as such; what did not is no change', () => {
  expect(changesIn(['ok', null, 'bad', null, null, 'bad'], T)).toEqual([
    { t: 20, from: 'ok', to: 'bad', afterGap: true },
  ])
})

test('what was never otherwise, or never known, has not changed', () => {
  expect(changesIn([null, null, false, false], T)).toEqual([])
  expect(changesIn([null, null], T)).toEqual([])
  expect(changesIn([], [])).toEqual([])
})

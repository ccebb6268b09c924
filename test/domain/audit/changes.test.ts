import { expect, test } from 'vitest'
import { isChange } from '#domain/audit/changes.ts'

test('what somebody asked, read or was refused has changed nothing; what was done has', () => {
  expect(['paused', 'outcome', 'cutover', 'navigation_changed'].map(isChange)).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(['request_refused', 'signed_in', 'intent'].map(isChange)).toEqual([false, false, false])
})

test('a kind that only a newer release knows is shown, rather than hidden', () => {
  expect(isChange('moon_landed')).toBe(true)
  expect(isChange('constructor')).toBe(true)
})

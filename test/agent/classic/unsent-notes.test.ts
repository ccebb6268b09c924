import { expect, test } from 'vitest'
import { UnsentNotes } from '#agent/classic/unsent-notes.ts'
import { ManualClock } from '../manual-clock.ts'

const clock = new ManualClock()

test('SH3 it is kept for an hour', () => {
  const notes = new UnsentNotes(clock)
  notes.keep('one', { pause_reason: 'deploy of' })
  clock.pass(3_599_999)
  expect(notes.find('one')).toEqual({ pause: { reason: 'deploy of' } })
  clock.pass(1)
  expect(notes.find('one')).toEqual({})
})

test('IN4 of no more sessions than there may be: the oldest goes', () => {
  const notes = new UnsentNotes(clock)
  for (let i = 0; i <= 200; i += 1) notes.keep(`session ${i}`, { pause_reason: 'x' })
  expect(notes.find('session 0')).toEqual({})
  expect(notes.find('session 1')).toEqual({ pause: { reason: 'x' } })
})

test('SH3 what shows nothing is not kept', () => {
  const notes = new UnsentNotes(clock)
  notes.keep('one', { pause_reason: ' \u200b' })
  expect(notes.find('one')).toEqual({})
})

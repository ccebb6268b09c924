import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { oncePerTurn } from '#agent/system/once-per-turn.ts'

test('all who ask within a turn share a look, and whoever asks in the next one is told anew', async () => {
  let state = 'before'
  let looks = 0
  const ask = oncePerTurn(() => ((looks += 1), state))
  expect([ask(), ask()]).toEqual(['before', 'before'])
  state = 'after'
  expect([ask(), looks]).toEqual(['before', 1])
  await nextTurn()
  expect([ask(), looks]).toEqual(['after', 2])
})

test('a look that fails is not kept', () => {
  let fails = true
  const ask = oncePerTurn(() => {
    if (fails) throw new Error('EIO')
    return 'read'
  })
  expect(ask).toThrow('EIO')
  fails = false
  expect(ask()).toBe('read')
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import { useCalm } from '#web/ui/use-calm.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const BEAT_MS = 1000

test('after a quiet while a change is read at once; of those that follow, the newest at the next beat', async () => {
  const scope = effectScope()
  const source = shallowRef(0)
  const calm = scope.run(() => useCalm(() => source.value))
  const read: unknown[] = []
  for (const value of [1, 2, 3]) {
    source.value = value
    await nextTick()
    read.push(calm?.value)
  }
  await vi.advanceTimersByTimeAsync(BEAT_MS)
  read.push(calm?.value)
  await vi.advanceTimersByTimeAsync(BEAT_MS)
  source.value = 4
  await nextTick()
  read.push(calm?.value)
  scope.stop()
  expect(read).toEqual([1, 1, 1, 3, 4])
})

test('what is urgent is read at once', async () => {
  const scope = effectScope()
  const source = shallowRef(0)
  const calm = scope.run(() =>
    useCalm(
      () => source.value,
      (next) => next === 99,
    ),
  )
  const read: unknown[] = []
  for (const value of [1, 2, 99]) {
    source.value = value
    await nextTick()
    read.push(calm?.value)
  }
  scope.stop()
  expect(read).toEqual([1, 1, 99])
})

test('what has ended reads nothing any more, and leaves no timer that goes on', async () => {
  const scope = effectScope()
  const source = shallowRef(0)
  const calm = scope.run(() => useCalm(() => source.value))
  for (const value of [1, 2]) {
    source.value = value
    await nextTick()
  }
  scope.stop()
  await vi.advanceTimersByTimeAsync(BEAT_MS)
  expect(calm?.value).toBe(1)
  expect(vi.getTimerCount()).toBe(0)
})

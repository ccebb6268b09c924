/** SH2: a page that is mounted part by part leaves the browser a turn between any two of them. */
import { expect, test } from 'vitest'
import { effectScope } from 'vue'
import { usePartByPart } from '#web/composables/use-part-by-part.ts'
import { nextTask } from '#web/next-task.ts'

const inScope = (parts: number) => {
  const scope = effectScope()
  const shown = scope.run(() => usePartByPart(parts))
  return { shown: () => shown?.value, stop: () => scope.stop() }
}

test('the first part is there at once, each of the others one task later, and no more than there are', async () => {
  const { shown } = inScope(3)
  expect(shown()).toBe(1)
  await Promise.resolve()
  expect(shown()).toBe(1)
  await expect.poll(shown).toBe(3)
  await nextTask()
  await nextTask()
  expect(shown()).toBe(3)
})

test('a page that was left is not gone on with', async () => {
  const { shown, stop } = inScope(3)
  stop()
  await nextTask()
  await nextTask()
  expect(shown()).toBe(1)
})

test('a browser without a scheduler ends its task all the same', async () => {
  const { scheduler } = globalThis as { scheduler?: { yield?: unknown } }
  const own = scheduler?.yield
  if (scheduler !== undefined) scheduler.yield = undefined
  try {
    let ended = false
    setTimeout(() => {
      ended = true
    })
    await nextTask()
    expect(ended).toBe(true)
  } finally {
    if (scheduler !== undefined) scheduler.yield = own
  }
})

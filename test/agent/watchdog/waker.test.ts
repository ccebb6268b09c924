import { expect, test } from 'vitest'
import { Waker } from '#agent/watchdog/waker.ts'

const LONG_MS = 60_000

function work(): { promise: Promise<string>; end: (result: string) => void } {
  let end: (result: string) => void = () => undefined
  const promise = new Promise<string>((resolve) => (end = resolve))
  return { promise, end }
}

test('work that ends first is its result, and wakes nobody', async () => {
  const waker = new Waker()
  expect(await waker.orWoken(Promise.resolve('done'))).toBe('done')
  expect(await Promise.race([waker.sleep(LONG_MS), sleepless()])).toBe('sleeps')
})

test('an event that comes first ends the wait, not the work; and the end of the work is an event', async () => {
  const waker = new Waker()
  const { promise, end } = work()
  const waited = waker.orWoken(promise)
  waker.wake()
  expect(await waited).toBeNull()
  await waker.sleep(LONG_MS)
  expect(await Promise.race([waker.sleep(LONG_MS), sleepless()])).toBe('sleeps')
  end('done')
  expect(await Promise.race([waker.orWoken(work().promise), sleepless()])).toBeNull()
})

test('what woke before the work began ends the wait at once', async () => {
  const waker = new Waker()
  waker.wake()
  expect(await waker.orWoken(work().promise)).toBeNull()
})

test('a nudge ends a sleep, and only that one: whoever is not asleep is not woken later', async () => {
  const waker = new Waker()
  const slept = waker.sleep(LONG_MS)
  waker.nudge()
  expect(await slept).toBe('nudged')
  waker.nudge()
  expect(await Promise.race([waker.sleep(LONG_MS), sleepless()])).toBe('sleeps')
})

test('what wakes together with a nudge is not lost', async () => {
  const waker = new Waker()
  const slept = waker.sleep(LONG_MS)
  waker.nudge()
  waker.wake()
  expect(await slept).toBe('over')
})

test('a nudge is no reason to give up work', async () => {
  const waker = new Waker()
  const { promise, end } = work()
  const waited = waker.orWoken(promise)
  waker.nudge()
  end('done')
  expect(await waited).toBe('done')
})

/** Some turns of the loop: by then whoever was woken has run. */
async function sleepless(): Promise<string> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done))
  return 'sleeps'
}

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { effectScope, shallowRef } from 'vue'
import type { Attempt } from '#web/api/agent-api.ts'
import { usePoll } from '#web/composables/use-poll.ts'
import { messages } from '#web/messages.ts'
import type { Feed } from '#web/stores/feed.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A page that can be hidden and shown. */
class PageDouble extends EventTarget {
  hidden = false
  turn(hidden: boolean) {
    this.hidden = hidden
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

function poll(read: (attempt: Attempt) => Promise<number>) {
  const isPushed = shallowRef(false)
  const news = shallowRef(0)
  const feed = shallowRef<Feed<number>>({ kind: 'loading' })
  const page = new PageDouble()
  const scope = effectScope()
  scope.run(() =>
    usePoll({
      read,
      feed: () => feed.value,
      accept: (next) => {
        feed.value = next
      },
      page: page as unknown as Document,
      wake: () => news.value,
      isPushed: () => isPushed.value,
    }),
  )
  return { feed, page, isPushed, news, stop: () => scope.stop() }
}

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms)

test('SH8 the next read comes after the last answer, never beside it', async () => {
  let open = 0
  let most = 0
  let reads = 0
  const { stop } = poll(async () => {
    reads += 1
    open += 1
    most = Math.max(most, open)
    await new Promise((resolve) => setTimeout(resolve, 3000))
    open -= 1
    return reads
  })
  await wait(12_500)
  expect({ most, reads }).toEqual({ most: 1, reads: 4 })
  stop()
})

test('SH2 an answer that stays out makes the data stale after 5 s, and the next answer live again', async () => {
  let hold: (() => void) | undefined
  let answers = 0
  const { feed, stop } = poll(async () => {
    answers += 1
    if (answers === 2) await new Promise<void>((resolve) => (hold = resolve))
    return answers
  })
  await wait(100)
  expect(feed.value).toMatchObject({ kind: 'live', value: 1 })
  await wait(4000)
  expect(feed.value.kind).toBe('live')
  await wait(1500)
  expect(feed.value).toMatchObject({ kind: 'stale', value: 1 })
  hold?.()
  await wait(100)
  expect(feed.value).toMatchObject({ kind: 'live', value: 2 })
  stop()
})

test('SH8 retries are told while they last; a read that was given up is asked again slowly', async () => {
  let reads = 0
  const { feed, stop } = poll(async ({ onRetry }) => {
    reads += 1
    onRetry(messages.problems.noAnswer, 700)
    await new Promise((resolve) => setTimeout(resolve, 700))
    throw new Error('given up')
  })
  await wait(0)
  expect(feed.value).toMatchObject({
    kind: 'failed',
    problem: { code: 'agent_unreachable' },
    retryAt: Date.now() + 700,
  })
  await wait(700)
  expect(feed.value).toMatchObject({
    kind: 'failed',
    problem: { detail: 'given up' },
    retryAt: Date.now() + 10_000,
  })
  await wait(9000)
  expect(reads).toBe(1)
  await wait(1500)
  expect(reads).toBe(2)
  stop()
})

test('a hidden page asks rarely and is not called stale for it; seen again it asks at once', async () => {
  let reads = 0
  const { feed, page, stop } = poll(async () => (reads += 1))
  page.turn(true)
  await wait(1100)
  const before = reads
  await wait(8000)
  expect(reads).toBe(before)
  expect(feed.value.kind).toBe('live')
  page.turn(false)
  expect(feed.value.kind).toBe('stale')
  await wait(0)
  expect(feed.value.kind).toBe('live')
  expect(reads).toBe(before + 1)
  stop()
})

test('SH8 while changes are told it is the net below them, and at its own pace again when they are not', async () => {
  let reads = 0
  const { feed, isPushed, stop } = poll(async () => (reads += 1))
  isPushed.value = true
  await wait(10_000)
  expect(reads).toBeLessThanOrEqual(5)
  expect(feed.value.kind).toBe('live')
  isPushed.value = false
  await wait(2500)
  const before = reads
  await wait(10_000)
  expect(reads - before).toBe(10)
  stop()
})

test('SH8 woken up it reads now; while a read is under way, once more after it and not beside it', async () => {
  let reads = 0
  let open = 0
  let most = 0
  const { news, stop } = poll(async () => {
    most = Math.max(most, (open += 1))
    await new Promise((resolve) => setTimeout(resolve, 300))
    open -= 1
    return (reads += 1)
  })
  await wait(400)
  news.value += 1
  await wait(100)
  news.value += 1
  news.value += 1
  expect(reads).toBe(1)
  await wait(200)
  expect(reads).toBe(2)
  await wait(310)
  expect({ reads, most }).toEqual({ reads: 3, most: 1 })
  await wait(500)
  expect(reads).toBe(3)
  stop()
})

test('with its scope everything ends, the read under way too', async () => {
  let signal: AbortSignal | undefined
  let reads = 0
  const { feed, stop } = poll(async (attempt) => {
    reads += 1
    signal = attempt.signal
    await new Promise((resolve) => setTimeout(resolve, 500))
    return reads
  })
  stop()
  await wait(5000)
  expect(signal?.aborted).toBe(true)
  expect(reads).toBe(1)
  expect(feed.value.kind).toBe('loading')
})

/**
 * Reads again and again: always after the last answer, never two at once. Slows down while the page is
 * hidden and while changes are told anyhow, asks at once when it is seen again or woken up, and ends with its scope.
 */
import { onScopeDispose, watch } from 'vue'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import type { Attempt } from '#web/api/agent-api.ts'
import { problemView } from '#web/problems.ts'
import { afterFailure, aged, type Failure, type Feed } from '#web/stores/feed.ts'

export interface PollOptions<T> {
  read: (attempt: Attempt) => Promise<T>
  feed: () => Feed<T>
  accept: (feed: Feed<T>) => void
  intervalMs?: DurationMs
  /** What says, when it changes, that there is something to read. */
  wake?: () => unknown
  /** While changes come by themselves this is only the net below them. */
  isPushed?: () => boolean
  pushedIntervalMs?: DurationMs
  hiddenIntervalMs?: DurationMs
  /** After the client has given up a read: the slow pace, so that retries never add up to a storm. */
  failedIntervalMs?: DurationMs
  staleAfterMs?: DurationMs
  now?: () => EpochMs
  page?: Document
}

const AGE_CHECK_MS: DurationMs = 500

export function usePoll<T>(options: PollOptions<T>): { readNow: () => void } {
  const { read, feed, accept } = options
  const { intervalMs = 1000, hiddenIntervalMs = 10_000, failedIntervalMs = 10_000 } = options
  const { wake, isPushed = () => false, pushedIntervalMs = 2500 } = options
  const { staleAfterMs = 5000, now = Date.now, page = document } = options
  let failure: Failure | null = null
  let next: ReturnType<typeof setTimeout> | undefined
  let running = new AbortController()
  let isReading = false
  /** Woken up while a read was under way, which may not have seen why. */
  let isAskedAgain = false

  async function readOnce(): Promise<void> {
    const { signal } = running
    isReading = true
    isAskedAgain = false
    try {
      const value = await read({
        signal,
        onRetry: (problem, waitMs) => signal.aborted || fail({ problem, retryAt: now() + waitMs }),
      })
      if (signal.aborted) return
      failure = null
      accept({ kind: 'live', value, readAt: now() })
      schedule(isAskedAgain ? 0 : paceMs())
    } catch (error) {
      if (signal.aborted) return
      fail({ problem: problemView(error), retryAt: now() + failedIntervalMs })
      schedule(failedIntervalMs)
    }
  }

  function fail(latest: Failure): void {
    failure = latest
    accept(afterFailure(feed(), latest))
    checkAge()
  }

  function paceMs(): DurationMs {
    if (page.hidden) return hiddenIntervalMs
    return isPushed() ? pushedIntervalMs : intervalMs
  }

  function wakeUp(): void {
    if (isReading) isAskedAgain = true
    else readNow()
  }

  function schedule(waitMs: DurationMs): void {
    isReading = false
    next = setTimeout(() => void readOnce(), waitMs)
  }

  /** Gives up what is under way and asks anew. */
  function readNow(): void {
    stop()
    running = new AbortController()
    void readOnce()
  }

  function stop(): void {
    clearTimeout(next)
    running.abort()
  }

  function checkAge(): void {
    // A hidden page asks more rarely; its data is late only after that.
    const limitMs = page.hidden ? hiddenIntervalMs + staleAfterMs : staleAfterMs
    accept(aged(feed(), { now: now(), limitMs, failure }))
  }

  function onVisibility(): void {
    if (page.hidden) return
    checkAge()
    readNow()
  }

  if (wake !== undefined) watch(wake, wakeUp, { flush: 'sync' })
  const ageTimer = setInterval(checkAge, AGE_CHECK_MS)
  page.addEventListener('visibilitychange', onVisibility)
  onScopeDispose(() => {
    stop()
    clearInterval(ageTimer)
    page.removeEventListener('visibilitychange', onVisibility)
  })
  void readOnce()
  return { readNow }
}

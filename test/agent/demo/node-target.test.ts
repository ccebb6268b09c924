/** The Node target's own pool and breaker; the gunicorn target's are tested in Python. */
import { createSocket } from 'node:dgram'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Breaker } from '#agent/demo/node-target/breaker.ts'
import { MemoryCache } from '#agent/demo/node-target/memory-cache.ts'
import { Permits } from '#agent/demo/node-target/permits.ts'
import { Statsd } from '#agent/demo/node-target/statsd.ts'
import { waitFor } from '../../integration/support/wait.ts'

describe('the pool', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const WORKER = 1
  const OTHER = 2

  function take(permits: Permits, holder: number) {
    const answers: (number | null)[] = []
    permits.request(holder, (lease) => answers.push(lease))
    return answers
  }

  test('no more leases than its capacity; the first who waits gets the first that comes free', () => {
    const permits = new Permits(2, 500)
    const [first] = take(permits, WORKER)
    take(permits, OTHER)
    const waiting = [take(permits, WORKER), take(permits, OTHER)]
    expect(permits.held).toBe(2)
    expect(waiting).toEqual([[], []])
    permits.release(first ?? 0)
    expect(waiting).toEqual([[expect.any(Number)], []])
    expect(permits.held).toBe(2)
    permits.release(first ?? 0)
    expect(waiting[1], 'a lease comes back once').toEqual([])
  })

  test('waiting ends with its time limit', () => {
    const permits = new Permits(1, 500)
    const [held] = take(permits, WORKER)
    const waiting = take(permits, OTHER)
    vi.advanceTimersByTime(499)
    expect(waiting).toEqual([])
    vi.advanceTimersByTime(1)
    expect(waiting).toEqual([null])
    permits.release(held ?? 0)
    expect(waiting).toEqual([null])
    expect(permits.held).toBe(0)
  })

  test('what a dead worker held comes free, and what it waited for is not given to it', () => {
    const permits = new Permits(2, 500)
    take(permits, WORKER)
    take(permits, WORKER)
    const ofTheDead = take(permits, WORKER)
    const ofTheLiving = take(permits, OTHER)
    permits.releaseAllOf(WORKER)
    expect(permits.held).toBe(1)
    vi.advanceTimersByTime(1000)
    expect(ofTheDead).toEqual([])
    expect(ofTheLiving).toEqual([expect.any(Number)])
  })
})

describe('the breaker', () => {
  const OPEN_MS = 30_000
  let breaker: Breaker
  beforeEach(() => (breaker = new Breaker(OPEN_MS)))

  function admit(now: number, holder = 1): number {
    const admission = breaker.admit(holder, now)
    if (!('ticket' in admission)) throw new Error(`refused for ${admission.retryAfterSeconds} s`)
    return admission.ticket
  }

  function calls(now: number, ...results: boolean[]): void {
    for (const succeeded of results) breaker.settle(admit(now), succeeded, now)
  }

  const stateAt = (now: number) => breaker.snapshot(now).state
  const failures = (count: number) => Array<boolean>(count).fill(false)

  test('it opens with the fifth failure when at least half of the calls failed', () => {
    calls(0, ...failures(4))
    expect(stateAt(0)).toBe('CLOSED')
    calls(0, false)
    expect(stateAt(0)).toBe('OPEN')
    breaker = new Breaker(OPEN_MS)
    calls(0, ...Array.from({ length: 40 }, (_, index) => index % 4 !== 0))
    expect(stateAt(0)).toBe('CLOSED')
  })

  test('open, it says how long; half-open, one call tries; a success closes and forgets', () => {
    calls(0, ...failures(5))
    expect(breaker.admit(1, 12_000)).toEqual({ retryAfterSeconds: 18 })
    expect(stateAt(OPEN_MS)).toBe('HALF_OPEN')
    const probe = admit(OPEN_MS)
    expect(breaker.admit(1, OPEN_MS)).toEqual({ retryAfterSeconds: 1 })
    breaker.settle(probe, true, OPEN_MS)
    expect(breaker.snapshot(OPEN_MS)).toMatchObject({ state: 'CLOSED', failures: 0, successes: 0 })
  })

  test('a failed try opens it for the whole time again', () => {
    calls(0, ...failures(5))
    breaker.settle(admit(OPEN_MS + 5_000), false, OPEN_MS + 6_000)
    expect(breaker.snapshot(OPEN_MS + 6_000)).toMatchObject({ state: 'OPEN', retryAfterSeconds: 30 })
  })

  test('answers from before a transition count for nothing', () => {
    const late = admit(0)
    calls(0, ...failures(5))
    breaker.settle(late, true, OPEN_MS)
    expect(stateAt(OPEN_MS)).toBe('HALF_OPEN')
  })

  test('a worker that dies during its try does not block the next one', () => {
    calls(0, ...failures(5))
    admit(OPEN_MS, 7)
    expect(breaker.admit(1, OPEN_MS)).toEqual({ retryAfterSeconds: 1 })
    breaker.forgetAllOf(7)
    expect(admit(OPEN_MS)).toEqual(expect.any(Number))
  })
})

test('IN1 its datagrams are written as Python writes numbers', async () => {
  const heard: string[] = []
  const receiver = createSocket('udp4')
  receiver.on('message', (datagram) => heard.push(datagram.toString()))
  await new Promise<void>((resolve) => receiver.bind(0, '127.0.0.1', resolve))
  const statsd = await Statsd.open({ host: '127.0.0.1', port: receiver.address().port })
  statsd.request(6, 200)
  statsd.request(0.1234567, 503)
  statsd.workers(4)
  await waitFor('seven datagrams', () => heard.length === 7)
  receiver.close()
  expect(heard).toEqual([
    'gunicorn.request.duration:6.0|ms',
    'gunicorn.requests:1|c|@1.0',
    'gunicorn.request.status.200:1|c|@1.0',
    'gunicorn.request.duration:0.123|ms',
    'gunicorn.requests:1|c|@1.0',
    'gunicorn.request.status.503:1|c|@1.0',
    'gunicorn.workers:4|g',
  ])
})

test('the memory cache keeps 128 entries, those used last, for five seconds', () => {
  let nowMs = 0
  const cache = new MemoryCache({ wallNow: () => 0, monotonicNow: () => nowMs })
  for (let number = 0; number < 128; number += 1) cache.put(String(number), 'x')
  expect(cache.get('0')).toBe('x')
  cache.put('one more', 'x')
  expect(cache.get('0')).toBe('x')
  expect(cache.get('1')).toBeNull()
  nowMs = 5_000
  expect(cache.get('0')).toBeNull()
})

import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { LoadGenerator } from '#agent/demo/load-generator.ts'
import { CALM_LOAD, EXPORT_RUSH, pickPath } from '#agent/demo/load-profile.ts'
import { seededRandom } from '#agent/demo/seeded-random.ts'
import { waitFor } from '../../integration/support/wait.ts'

let server: Server | null = null
let load: LoadGenerator | null = null

afterEach(() => {
  load?.stop()
  server?.closeAllConnections()
  server?.close()
})

async function loadOn(listener: RequestListener, requestsPerSecond: number, clock = realTime()) {
  const made = createServer(listener)
  server = made
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  const target = { host: '127.0.0.1', port: (made.address() as AddressInfo).port }
  load = new LoadGenerator({ target, profile: { ...CALM_LOAD, requestsPerSecond }, clock, seed: 1 })
  load.start()
  return load
}

function realTime() {
  return { wallNow: () => 0, monotonicNow: () => performance.now() }
}

test('arrivals do not wait for answers, and stop at 64 requests under way', async () => {
  const loading = await loadOn(() => {}, 1000)
  await waitFor('arrivals that found no room', () => loading.outcomes.turnedAway > 10)
  expect(loading.outstanding).toBe(64)
  expect(loading.outcomes.answered).toEqual({})
})

test('a request is given up after five seconds', async () => {
  let nowMs = 0
  const clock = { wallNow: () => 0, monotonicNow: () => nowMs }
  let arrived = 0
  const loading = await loadOn(() => (arrived += 1), 20, clock)
  await waitFor('a request', () => arrived > 0)
  expect(loading.outcomes.timedOut).toBe(0)
  nowMs = 5_000
  await waitFor('the end of its time', () => loading.outcomes.timedOut >= 1)
  expect(loading.outcomes.failed).toBe(0)
})

test('answers are counted by status, and a broken connection is a failure', async () => {
  let turn = 0
  const loading = await loadOn((request, response) => {
    turn += 1
    expect(request.headers.connection).toBe('close')
    if (turn % 3 === 0) request.socket.destroy()
    else response.writeHead(turn % 3 === 1 ? 200 : 503).end('x')
  }, 200)
  await waitFor('thirty answers', () => turn >= 30)
  const { answered, failed } = loading.outcomes
  expect(Object.keys(answered)).toEqual(['200', '503'])
  expect(failed).toBeGreaterThanOrEqual(8)
})

test('the same seed asks for the same things, in the proportions of its profile', () => {
  const paths = (seed: number, profile = CALM_LOAD) => {
    const random = seededRandom(seed)
    return Array.from({ length: 4000 }, () => pickPath(profile, random))
  }
  expect(paths(5)).toEqual(paths(5))
  expect(paths(5)).not.toEqual(paths(6))
  const share = (found: string[], form: RegExp) =>
    found.filter((path) => form.test(path)).length / found.length
  expect(share(paths(5), /^\/reports\/\d+$/)).toBeCloseTo(0.5, 1)
  expect(share(paths(5), /export$/)).toBeCloseTo(0.05, 1)
  expect(share(paths(5, EXPORT_RUSH), /export$/)).toBeCloseTo(14 / 33, 1)
})

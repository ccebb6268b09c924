import { gunzipSync } from 'node:zlib'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { prefersFrame } from '#agent/api/raw-forms.ts'
import { addRawRoutes } from '#agent/api/routes/raw.ts'
import { RawStore } from '#agent/store/raw-store.ts'
import { decodePage } from '#domain/raw-frame/decode.ts'
import { RAW_STREAMS, type RawStream } from '#domain/schemas/raw-v1.ts'
import { ManualClock } from '../manual-clock.ts'
import { memoryOnly } from '../memory-only.ts'

const FRAME = 'application/vnd.holdfast.raw-frame'
const PATH = `/admin/api/raw/${RAW_STREAMS.join(',')}`
const RESTARTS = { t_requested: [1, 2], t_completed: [5, null], success: [true, false] }
const clock = new ManualClock()
let app: FastifyInstance
let store: RawStore

beforeEach(() => {
  store = new RawStore({ epoch: '0000abcd', startedAt: clock.wallNow(), readRestarts: () => RESTARTS })
  app = Fastify()
  addRawRoutes(app, { store, samples: memoryOnly(store), clock })
  for (let at = 0; at < 500; at += 1) store.addRequest(clock.wallNow() - 500 + at, at / 1000, 200)
  const now = clock.wallNow()
  store.addProbe(now, { ok: false, latencyMs: null, reason: 'target_timeout' })
  store.addBreakerState(now - 20, 'CLOSED')
  store.addBreakerState(now - 10, 'HALF_OPEN')
  store.addCache(now, { l1Hits: 3, l2Hits: 2 ** 40, misses: 0 })
  store.addProcesses(now, [
    { pid: 4242, rssBytes: 50_331_648 },
    { pid: 4243, rssBytes: 0 },
  ])
  store.beginGap('pool', now - 100, 'block_missing')
})
afterEach(() => app.close())

async function ask(headers: Record<string, string> = {}, query = '') {
  const { headers: answered, rawPayload } = await app.inject({ url: `${PATH}${query}`, headers })
  const isGzip = answered['content-encoding'] === 'gzip'
  return { answered, body: new Uint8Array(isGzip ? gunzipSync(rawPayload) : rawPayload) }
}

const jsonOf = (body: Uint8Array) =>
  JSON.parse(new TextDecoder().decode(body)).data as Record<string, unknown>

function frameOf(body: Uint8Array<ArrayBuffer>) {
  const page = decodePage(body.buffer)
  if ('code' in page) throw new Error(page.reason)
  const lists = (stream: RawStream) =>
    Object.fromEntries(
      Object.entries(page.stream(stream) as object).map(([name, column]) => [name, Array.from(column as [])]),
    )
  return { ...page.head, ...Object.fromEntries(RAW_STREAMS.map((stream) => [stream, lists(stream)])) }
}

test('IN3 a frame says what JSON says, value for value', async () => {
  const json = await ask()
  const frame = await ask({ accept: FRAME })
  expect(json.answered['content-type']).toBe('application/json; charset=utf-8')
  expect(frame.answered['content-type']).toBe(FRAME)
  expect(jsonOf(json.body)).toMatchObject({
    breaker: { state: ['CLOSED', 'HALF_OPEN'] },
    cache: { l1_hits: [3], l2_hits: [2 ** 40], misses: [0] },
    process: { pid: [4242, 4243], rss_bytes: [50_331_648, 0] },
    restarts: RESTARTS,
    gaps: expect.arrayContaining([expect.objectContaining({ stream: 'pool', reason: 'block_missing' })]),
  })
  expect(frameOf(frame.body)).toMatchObject(jsonOf(json.body))
})

test('IN3 a frame is continued by its cursor, and a lost one is told', async () => {
  const { cursor } = frameOf((await ask({ accept: FRAME })).body) as unknown as { cursor: string }
  store.addRequest(clock.wallNow(), 7, 503)
  const next = frameOf((await ask({ accept: FRAME }, `?cursor=${cursor}`)).body)
  expect(next).toMatchObject({ complete: true, requests: { duration_ms: [7], status: [503] } })
  const lost = frameOf((await ask({ accept: FRAME }, '?cursor=ffffffff-1-1-0-0-0-0-0')).body)
  expect(lost).toMatchObject({ complete: false, requests: { t: { length: 501 } } })
})

test('IN3 a stream that holds no number is told in the frame, and the others are whole', async () => {
  store.addPool(clock.wallNow(), Number.NaN, 30)
  const page = decodePage((await ask({ accept: FRAME })).body.buffer)
  if ('code' in page) throw new Error(page.reason)
  expect(page.stream('pool')).toEqual({
    code: 'frame_malformed',
    reason: 'pool.checked_out[0]: expected a number, found NaN',
  })
  expect(page.stream('requests')).toHaveProperty('t.length', 500)
})

test.each([
  [FRAME, true],
  [`${FRAME}, application/json;q=0.5`, true],
  [`application/json;q=0.9, ${FRAME.toUpperCase()} ; q=1.0`, true],
  [`${FRAME};q=0.5, application/json`, false],
  [`${FRAME};q=0`, false],
  [`${FRAME};q=x`, false],
  ['application/json', false],
  ['*/*', false],
  ['text/html', false],
  ['', false],
  [undefined, false],
])('Accept: %s is answered by a frame: %s', (accept, expected) => {
  expect(prefersFrame(accept)).toBe(expected)
})

test.each([
  ['gzip', 'gzip'],
  ['br, GZIP;q=0.5', 'gzip'],
  ['gzip;q=0', undefined],
  ['gzip;q=0.00, br', undefined],
  ['xgzip', undefined],
  ['', undefined],
])('Accept-Encoding: %s is answered in both forms with %s', async (accepted, expected) => {
  for (const accept of ['application/json', FRAME]) {
    const { answered } = await ask({ accept, 'accept-encoding': accepted })
    expect(answered['content-encoding']).toBe(expected)
    expect(answered.vary).toBe('accept, accept-encoding')
    expect(answered['cache-control']).toBe('no-store')
  }
})

test('what fits one packet is not compressed', async () => {
  const { answered } = await ask({ 'accept-encoding': 'gzip' }, '?window_ms=1')
  expect(answered['content-encoding']).toBeUndefined()
})

/** The raw API's two forms, from the agent as it ships, over HTTP as a browser speaks it. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decodePage } from '#domain/raw-frame/decode.ts'
import type { RawPage } from '#domain/schemas/raw-v1.ts'
import { run, scratch, type Run, type Scratch } from '../support/holdfast.ts'
import { signIn, withAdmin, type Reader } from '../support/signed-in.ts'
import { until } from '../support/until.ts'

const FRAME = 'application/vnd.holdfast.raw-frame'
const REQUESTS = 200
const METRICS = '# TYPE breaker_state gauge\nbreaker_state{name="pricing"} 2\nup 1\n'
let place: Scratch
let agent: Run
let read: Reader
let metrics: Server

beforeEach(async () => {
  place = scratch()
  metrics = createServer((_request, response) => response.end(METRICS)).listen(0, '127.0.0.1')
  await once(metrics, 'listening')
  await sendRequests(await start())
})

/** Its statsd port. */
async function start(): Promise<number> {
  const { port } = metrics.address() as AddressInfo
  agent = run(['tools/holdfast.mjs', 'serve'], {
    ...withAdmin(place),
    HOLDFAST_TARGET_HEALTH_URL: 'http://127.0.0.1:9/health',
    HOLDFAST_TARGET_METRICS_URL: `http://127.0.0.1:${port}/metrics`,
    HOLDFAST_SCRAPE_BREAKER_STATE: 'breaker_state{name="pricing"}',
    HOLDFAST_STATSD_PORT: '0',
  })
  const line = await until('the agent listens', () => /\{.*statsd_port.*\}/.exec(agent.stderr())?.[0])
  const said = JSON.parse(line) as { url: string; statsd_port: number }
  read = await signIn(said.url)
  return said.statsd_port
}

afterEach(async () => {
  agent.process.kill('SIGTERM')
  await agent.ended
  metrics.close()
  place.remove()
})

async function sendRequests(port: number): Promise<void> {
  const socket = createSocket('udp4')
  for (let i = 0; i < REQUESTS; i += 1) {
    for (const line of [`gunicorn.request.duration:${i / 8}|ms`, 'gunicorn.request.status.200:1|c|@1.0']) {
      await new Promise<void>((sent, fail) =>
        socket.send(line, port, '127.0.0.1', (error) => (error === null ? sent() : fail(error))),
      )
    }
  }
  socket.close()
  await once(socket, 'close')
}

async function ask(query: string, headers: Record<string, string> = {}): Promise<Response> {
  return read(`admin/api/raw/requests,pool?${query}`, headers)
}

async function pageAsJson(query = 'window_ms=60000'): Promise<RawPage> {
  return ((await (await ask(query)).json()) as { data: RawPage }).data
}

test('IN3 the console’s frame and the people’s JSON hold the same samples, and share their cursors', async () => {
  const json = await until('all requests have arrived', async () => {
    const page = await pageAsJson()
    return page.requests?.t.length === REQUESTS && page
  })
  const answer = await ask('window_ms=60000', { accept: FRAME })
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-encoding')]).toEqual(
    [200, FRAME, 'gzip'],
  )
  const page = decodePage(await answer.arrayBuffer())
  if ('code' in page) throw new Error(page.reason)
  const requests = page.stream('requests') as {
    t: Float64Array
    duration_ms: Float64Array
    status: Uint16Array
  }
  expect(Array.from(requests.t)).toEqual(json.requests?.t)
  expect(Array.from(requests.duration_ms)).toEqual(json.requests?.duration_ms)
  expect(Array.from(requests.status)).toEqual(json.requests?.status)
  expect(page.stream('probe')).toBeNull()
  const { cursor } = page.head as RawPage
  expect(await pageAsJson(`cursor=${cursor}`)).toMatchObject({ complete: true, requests: { t: [] } })
})

test('BI1 what cannot be answered is a problem in JSON, whatever form was asked for', async () => {
  const answer = await ask('cursor=nonsense', { accept: FRAME })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    400,
    expect.stringContaining('application/problem+json'),
  ])
})

test('IN1 what the target gives out to Prometheus arrives as raw rows, where series are named', async () => {
  const streams = async () =>
    ((await (await read('admin/api/raw/breaker,cache')).json()) as { data: RawPage }).data
  const { breaker, gaps } = await until('a scrape', async () => {
    const page = await streams()
    return page.breaker?.t.length === 1 && page
  })
  expect(breaker?.state).toEqual(['HALF_OPEN'])
  // The cache is the health payload's to tell, and that does not answer.
  expect(gaps.at(-1)).toMatchObject({ stream: 'cache', reason: 'target_refused' })
})

test('IN3 an agent that was started again has what it knew before, and a gap where it was not there', async () => {
  const before = await until('all requests have arrived', async () => {
    const page = await pageAsJson()
    return page.requests?.t.length === REQUESTS && page
  })
  agent.process.kill('SIGTERM')
  await agent.ended
  await start()
  const after = await pageAsJson()
  expect(after.requests).toEqual(before.requests)
  const gaps = after.gaps.filter(({ stream }) => stream === 'requests')
  expect(gaps).toMatchObject([{ reason: 'before_agent_start' }, { reason: 'not_recorded' }])
  const [from = 0, to = 0] = [gaps[1]?.from, gaps[1]?.to]
  expect(from).toBeGreaterThan(before.requests?.t.at(-1) ?? 0)
  expect(to).toBeGreaterThan(from)
  // A cursor of the life before is told to be none of this one.
  expect(await pageAsJson(`cursor=${before.cursor}`)).toMatchObject({ complete: false })
})

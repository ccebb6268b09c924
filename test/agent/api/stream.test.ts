/** OB4, SE3: the event stream of the agent's server, over a real connection. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AccessDesk } from '#agent/access/access-desk.ts'
import { buildServer } from '#agent/api/server.ts'
import { LiveReaders } from '#agent/live/live-readers.ts'
import { until } from '../../support/until.ts'
import { ManualClock } from '../manual-clock.ts'
import { AccessGround, bareParts, BY, LIMITS } from './agent-parts.ts'

const EPOCH = '0000abcd'

let clock: ManualClock
let ground: AccessGround
let access: AccessDesk
let live: LiveReaders
let app: FastifyInstance
let directory: string
let port: number
let token: string
let open: Stream[]

beforeEach(async () => {
  clock = new ManualClock()
  ground = new AccessGround(clock)
  access = ground.open()
  live = new LiveReaders(EPOCH)
  directory = mkdtempSync(join(tmpdir(), 'holdfast-console-'))
  writeFileSync(join(directory, 'index.html'), '<html><head></head></html>')
  app = await buildServer({
    ...bareParts(clock),
    live,
    access,
    publicOrigins: [],
    consoleDirectory: directory,
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = (app.server.address() as AddressInfo).port
  ;({ token } = await access.createToken({ name: 'ci', role: 'viewer', expires_at: null }, BY))
  open = []
})
afterEach(async () => {
  for (const stream of open) stream.leave()
  await app.close()
  rmSync(directory, { recursive: true, force: true })
  ground.remove()
})

/** One listener, as a browser's `EventSource` is one. */
class Stream {
  readonly answer: IncomingMessage
  text = ''
  isOver = false

  constructor(answer: IncomingMessage) {
    this.answer = answer
    answer.setEncoding('utf8')
    answer.on('data', (part: string) => (this.text += part))
    answer.on('close', () => (this.isOver = true))
    answer.on('error', () => (this.isOver = true))
  }

  leave(): void {
    this.answer.destroy()
  }

  /** The events so far, without what is no event of ours. */
  get events(): { event: string; id: string | null; data: unknown }[] {
    return this.text
      .split('\n\n')
      .filter((block) => block.startsWith('event: ') && block.includes('\ndata: '))
      .map((block) => ({
        event: /^event: (.*)$/m.exec(block)?.[1] ?? '',
        id: /^id: (.*)$/m.exec(block)?.[1] ?? null,
        data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null'),
      }))
  }

  async saw(event: string): Promise<unknown> {
    const seen = await until(`the event ${event}`, () => this.events.find((one) => one.event === event))
    return seen.data
  }
}

const byToken = () => ({ authorization: `Bearer ${token}` })

function listen(headers: Record<string, string> = byToken()): Promise<Stream> {
  const { promise, resolve, reject } = Promise.withResolvers<Stream>()
  const asked = request({
    port,
    path: '/admin/api/stream',
    agent: false,
    headers,
  })
  asked.on('error', reject)
  asked.on('response', (answer) => {
    const stream = new Stream(answer)
    open.push(stream)
    resolve(stream)
  })
  asked.end()
  return promise
}

const change = (seconds: number) =>
  live.publish('audit', { changed_at: `2026-02-08T03:14:${seconds}.000+00:00` })
const changes = (stream: Stream) =>
  stream.events
    .filter(({ event }) => event === 'audit')
    .map(({ data }) => (data as { changed_at: string }).changed_at.slice(17, 19))

describe('what a listener hears', () => {
  test('what is true now at once, and each change when it is published', async () => {
    change(10)
    change(11)
    const stream = await listen()
    expect(stream.answer.statusCode).toBe(200)
    expect(stream.answer.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    await until('the present state', () => changes(stream).length === 1)
    change(12)
    await until('the change', () => changes(stream).length === 2)
    expect(changes(stream)).toEqual(['11', '12'])
  })

  test('the same guards in its headers as every other answer', async () => {
    const stream = await listen()
    const guarded = await fetch(`http://127.0.0.1:${port}/livez`)
    for (const name of ['content-security-policy', 'x-content-type-options', 'cache-control']) {
      expect(stream.answer.headers[name]).toBe(guarded.headers.get(name))
    }
  })

  test('after a broken line exactly what it missed', async () => {
    const first = await listen()
    change(10)
    const { id } = await until('an event with an id', () => first.events.find(({ id: one }) => one !== null))
    first.leave()
    change(11)
    change(12)
    const second = await listen({ ...byToken(), 'last-event-id': id ?? '' })
    await until('what it missed', () => changes(second).length === 2)
    expect(changes(second)).toEqual(['11', '12'])
    expect(second.events.map(({ event }) => event)).not.toContain('lost')
  })

  test.each([
    ['of another life of the agent', 'ffff0000-1'],
    ['that was never given out', `${EPOCH}-99`],
    ['that is none', '../../etc/passwd'],
  ])('with an id %s: that its place is lost, and what is true now', async (_what, id) => {
    change(10)
    const stream = await listen({ ...byToken(), 'last-event-id': id })
    expect(await stream.saw('lost')).toEqual({ last_event_id: id })
    await until('the present state', () => changes(stream).length === 1)
  })

  test('with an id that was pushed out: that its place is lost', async () => {
    for (let seconds = 0; seconds <= 600; seconds++) change(10)
    const stream = await listen({ ...byToken(), 'last-event-id': `${EPOCH}-1` })
    expect(await stream.saw('lost')).toEqual({ last_event_id: `${EPOCH}-1` })
  })
})

describe('who may listen', () => {
  test('nobody without a session or token', async () => {
    const stream = await listen({ authorization: 'Bearer nobody' })
    expect(stream.answer.statusCode).toBe(401)
  })

  test('no page of another site, whatever cookie its browser sends', async () => {
    const stream = await listen({ ...byToken(), origin: 'https://evil.example' })
    expect(stream.answer.statusCode).toBe(403)
  })

  test('a token that is revoked hears that it is not signed in, and nothing more', async () => {
    const stream = await listen()
    await access.revokeToken(access.tokens()[0]?.id ?? '', BY)
    change(10)
    expect(await stream.saw('ended')).toEqual({ reason: 'not_signed_in' })
    await until('the end', () => stream.isOver)
    expect(changes(stream)).toEqual([])
  })

  test('a session that is over by its own clock, although its stream stayed open', async () => {
    await ground.addAccount(access, 'ops', 'operator', 'correct horse battery')
    const { secret } = await access.signIn({
      username: 'ops',
      password: 'correct horse battery',
      address: '127.0.0.1',
    })
    const stream = await listen({ cookie: `holdfast_${port}=${secret}` })
    clock.pass(LIMITS.idleMs)
    change(10)
    expect(await stream.saw('ended')).toEqual({ reason: 'not_signed_in' })
  })

  test('a session or token has six at once, and one that left makes room', async () => {
    const streams = await Promise.all(Array.from({ length: 6 }, () => listen()))
    const seventh = await listen()
    expect(seventh.answer.statusCode).toBe(429)
    expect(seventh.answer.headers['retry-after']).toBe('10')
    await until('the refusal', () => seventh.text.includes('too_many_streams'))
    streams[0]?.leave()
    await until('room', () => live.count === 5)
    expect((await listen()).answer.statusCode).toBe(200)
  })

  test('of a stream there is no head alone', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/admin/api/stream`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${token}` },
    })
    expect(answer.status).toBe(404)
  })
})

describe('who does not read', () => {
  test('is told so and let go, and costs the others nothing', async () => {
    const slow = await listen()
    slow.answer.pause()
    const quick = await listen()
    const filler = 'x'.repeat(16 * 1024)
    // As much as the kernel takes for it, and then more; never so much at once that the quick one is slow as well.
    await until('the slow one to be let go', () => {
      for (let times = 1; times <= 3; times++) live.publish('audit', { changed_at: filler })
      return live.count === 1
    })
    change(59)
    await until('the quick one to hear on', () => quick.text.includes(':59.000'))
    slow.answer.resume()
    await until('its end', () => slow.isOver)
    expect(slow.events.at(-1)).toEqual({ event: 'ended', id: null, data: { reason: 'too_slow' } })
  })
})

test('SH3 who begins to listen hears how it stands now, and nothing that ended since the last look', async () => {
  change(1)
  live.lookBeforeOpening(() => change(2))
  const stream = await listen()
  await stream.saw('audit')
  expect(stream.events.filter(({ event }) => event === 'audit').map(({ data }) => data)).toEqual([
    { changed_at: '2026-02-08T03:14:2.000+00:00' },
  ])
})

test('an agent that stops says so to each listener', async () => {
  const stream = await listen()
  await app.close()
  expect(await stream.saw('ended')).toEqual({ reason: 'agent_stopping' })
})

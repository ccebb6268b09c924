/** SH8: the line to the agent's stream, on answers that a test decides. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { holdLine } from '#web/api/stream-line.ts'

type Answer = Response | 'no answer'

beforeEach(() => {
  vi.useFakeTimers()
  // In the middle of what is scattered: three quarters of the wait.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

class Line {
  readonly told: unknown[] = []
  readonly asked: { at: number; lastEventId: string | null }[] = []
  readonly #end = new AbortController()
  readonly ended: Promise<void>

  constructor(answers: Answer[]) {
    const begunAt = Date.now()
    this.ended = holdLine({
      url: 'http://agent.test/admin/api/stream',
      lastEventId: null,
      signal: this.#end.signal,
      fetch: async (_url, init) => {
        const lastEventId = new Headers(init?.headers).get('last-event-id')
        this.asked.push({ at: Date.now() - begunAt, lastEventId })
        init?.signal?.throwIfAborted()
        const answer = answers.shift() ?? 'no answer'
        if (answer === 'no answer') throw new TypeError('Failed to fetch')
        return abortable(answer, init?.signal)
      },
      hearer: {
        changed: (isUp) => this.told.push(isUp ? 'up' : 'down'),
        heard: ({ event }) => this.told.push(event),
        beat: () => {},
        signedOut: () => this.told.push('signed out'),
      },
    })
  }

  async leave() {
    this.#end.abort()
    await this.ended
  }
}

/** As the browser's own: what is given up breaks off. */
function abortable(answer: Response, signal: AbortSignal | null = null): Response {
  if (answer.body === null || signal === null) return answer
  const through = new TransformStream<Uint8Array, Uint8Array>()
  void answer.body.pipeTo(through.writable, { signal }).catch(() => {})
  return new Response(through.readable, answer)
}

function stream(...texts: string[]): Response {
  return new Response(texts.join(''), { headers: { 'content-type': 'text/event-stream' } })
}

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const timesOf = (line: Line) => line.asked.map(({ at }) => at)

test('SH8 after a break it comes back with the id of the last event, when the agent has said', async () => {
  const line = new Line([
    stream('retry: 3000\n\n', 'event: audit\nid: e-7\ndata: {}\n\n', 'event: raw\ndata: {}\n\n'),
    stream(': \n\n'),
  ])
  await wait(2249)
  expect(line.told).toEqual(['up', 'audit', 'raw', 'down'])
  await wait(1)
  expect(line.asked.slice(0, 2)).toEqual([
    { at: 0, lastEventId: null },
    { at: 2250, lastEventId: 'e-7' },
  ])
  await line.leave()
})

test('SH8 without an answer the waits grow, are scattered, and stay below half a minute', async () => {
  const line = new Line([])
  await wait(80_000)
  // 2, 4, 8, 16 and then 30 s, each three quarters of it.
  expect(timesOf(line)).toEqual([0, 1500, 4500, 10_500, 22_500, 45_000, 67_500])
  await line.leave()
})

test('SH8 a refusal that says when to come back is believed', async () => {
  const line = new Line([new Response(null, { status: 429, headers: { 'retry-after': '10' } })])
  await wait(9999)
  expect(timesOf(line)).toEqual([0])
  await wait(1)
  expect(timesOf(line)).toEqual([0, 10_000])
  await line.leave()
})

test.each([
  ['refused for want of a session', new Response(null, { status: 401 }), ['signed out']],
  [
    'ended for want of a session',
    stream('event: ended\ndata: {"reason":"not_signed_in"}\n\n'),
    ['up', 'signed out', 'ended', 'down'],
  ],
  ['ended as too slow', stream('event: ended\ndata: {"reason":"too_slow"}\n\n'), ['up', 'ended', 'down']],
  [
    'ended by a stop of the agent',
    stream('event: ended\ndata: {"reason":"agent_stopping"}\n\n'),
    ['up', 'ended', 'down'],
  ],
])('OB4 a line that was %s says so, and comes back', async (_name, answer, told) => {
  const line = new Line([answer])
  await wait(0)
  expect(line.told).toEqual(told)
  await wait(1500)
  expect(timesOf(line)).toEqual([0, 1500])
  await line.leave()
})

test('SH8 a line over which nothing comes any more is given up', async () => {
  const silent = new TransformStream<Uint8Array, Uint8Array>()
  const line = new Line([new Response(silent.readable)])
  void silent.writable.getWriter().write(new TextEncoder().encode(': \n\n'))
  await wait(24_000)
  expect(line.told).toEqual(['up'])
  await wait(1001)
  expect(line.told).toEqual(['up', 'down'])
  await line.leave()
})

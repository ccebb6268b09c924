import { expect, test } from 'vitest'
import { connect } from '#web/api/endpoints.ts'
import { ReadFailed } from '#web/problems.ts'
import { sampleHealth } from '../sample-health.ts'

const BASE = 'http://holdfast.test/ops/console/'

type Answer = () => Response | Promise<Response>

function json(body: unknown, init: ResponseInit = {}): Answer {
  return () =>
    new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' }, ...init })
}

/** An agent that gives these answers one after the other, the last one again and again. */
function agentThat(...answers: Answer[]) {
  const asked: string[] = []
  const accepted: (string | null)[] = []
  const retries: { code: string; waitMs: number }[] = []
  const sent: { path: string; headers: Record<string, string>; body: unknown }[] = []
  const api = connect(BASE, {
    fetch: async (input: Request | URL | string) => {
      const request = new Request(input)
      asked.push(request.url)
      accepted.push(request.headers.get('accept'))
      if (request.method === 'POST') {
        const headers = Object.fromEntries(request.headers)
        sent.push({ path: request.url.slice(BASE.length), headers, body: await request.clone().json() })
      }
      return (answers[Math.min(asked.length, answers.length) - 1] as Answer)()
    },
  })
  const attempt = {
    signal: new AbortController().signal,
    onRetry: ({ code }: { code: string }, waitMs: number) => void retries.push({ code, waitMs }),
  }
  return { api, asked, accepted, attempt, retries, sent }
}

async function problemOf(read: Promise<unknown>) {
  const error: unknown = await read.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ReadFailed)
  return (error as ReadFailed).problem
}

const busy = json(
  {
    type: 'about:blank',
    title: 'The store is busy',
    status: 503,
    detail: 'Compacting.',
    success: false,
    error: { code: 'busy', message: '' },
  },
  { status: 503, headers: { 'retry-after': '0', 'content-type': 'application/problem+json' } },
)

test('addresses lie under the base of the page', async () => {
  const { api, asked, attempt } = agentThat(json(sampleHealth()))
  await api.health(attempt)
  expect(asked).toEqual([`${BASE}health`])
})

test('by itself the browser’s own fetch is used', async () => {
  // The server of this test page answers, though not as an agent does.
  const api = connect(new URL('/', location.href).href)
  const attempt = { signal: new AbortController().signal, onRetry: () => {} }
  const { code } = await problemOf(api.status(attempt))
  expect(['answer_malformed', 'status_404']).toContain(code)
})

test('OB1 unhealthy is an answer, not a failure, and is not retried', async () => {
  const { api, asked, attempt } = agentThat(json(sampleHealth({ status: 'unhealthy' }), { status: 503 }))
  await expect(api.health(attempt)).resolves.toMatchObject({ health: { value: { status: 'unhealthy' } } })
  expect(asked).toHaveLength(1)
})

test('IN3 a raw page is asked for by window first, then by cursor', async () => {
  const { api, asked, attempt } = agentThat(json({}))
  await api.rawPage({ windowMs: 300_000 }, attempt)
  await api.rawPage({ cursor: 'a b' }, attempt)
  expect(asked).toEqual([
    `${BASE}admin/api/raw/requests,pool,breaker,cache,process,probe,restarts?window_ms=300000`,
    `${BASE}admin/api/raw/requests,pool,breaker,cache,process,probe,restarts?cursor=a+b`,
  ])
})

test('IN3 a raw page is asked for as a frame, or else as JSON', async () => {
  const { api, accepted, attempt } = agentThat(json({}))
  await api.rawPage({ windowMs: 300_000 }, attempt)
  expect(accepted).toEqual(['application/vnd.holdfast.raw-frame'])
})

test('SH8 Retry-After is believed, told to the reader, and the answer after it counts', async () => {
  const { api, attempt, retries } = agentThat(busy, json({ success: true }))
  await api.rawPage({ windowMs: 1 }, attempt)
  expect(retries).toEqual([{ code: 'busy', waitMs: 0 }])
})

test('SH8 without Retry-After the wait grows and is scattered', async () => {
  const silent: Answer = () => Promise.reject(new TypeError('Failed to fetch'))
  const { api, attempt, retries } = agentThat(silent, silent, json({}))
  await api.rawPage({ windowMs: 1 }, attempt)
  expect(retries.map(({ code }) => code)).toEqual(['agent_unreachable', 'agent_unreachable'])
  expect(retries[0]?.waitMs).toBeGreaterThanOrEqual(250)
  expect(retries[0]?.waitMs).toBeLessThanOrEqual(500)
  expect(retries[1]?.waitMs).toBeGreaterThanOrEqual(500)
  expect(retries[1]?.waitMs).toBeLessThanOrEqual(1000)
})

test('SH8 retries end: three, then the problem is told', async () => {
  const { api, asked, attempt } = agentThat(busy)
  await expect(problemOf(api.rawPage({ windowMs: 1 }, attempt))).resolves.toEqual({
    code: 'busy',
    title: 'The store is busy',
    detail: 'Compacting.',
    retryAfterMs: 0,
  })
  expect(asked).toHaveLength(4)
})

test('SE8 text from outside loses control and direction marks on its way in', async () => {
  const { api, attempt } = agentThat(json(sampleHealth({ degraded_reason: 'all\u202Egnihton\u0007' })))
  const { health } = await api.health(attempt)
  expect(health).toMatchObject({ value: { degraded_reason: 'all gnihton' } })
})

test('BI1 an error without a problem body is told by its status, at once', async () => {
  const { api, asked, attempt } = agentThat(() => new Response('nope', { status: 404 }))
  expect(await problemOf(api.status(attempt))).toMatchObject({ code: 'status_404' })
  expect(asked).toHaveLength(1)
})

test.each([
  ['no JSON', () => new Response('<html>'), 'body: expected JSON'],
  [
    'another form',
    json({ success: true, data: {}, meta: { at: 1 } }),
    'data.agent: expected object, found nothing',
  ],
])('BI1 an answer that is %s is malformed, and says where', async (_what, answer, detail) => {
  const { api, attempt } = agentThat(answer)
  expect(await problemOf(api.status(attempt))).toMatchObject({ code: 'answer_malformed', detail })
})

const PROOF = { csrf: 'of-this-session', key: 'of-this-press' }
const accepted = json({
  success: true,
  data: { accepted: true, request_id: 'of-this-press', replayed: false, decision: null },
  meta: { at: 17 },
})

test('WD17 a restart carries the session’s token, the press’s key, and what its author saw', async () => {
  const { api, sent } = agentThat(accepted)
  const wish = { rung: 'reload', override: null } as const
  const answer = await api.restart(wish, { ...PROOF, seen: 's=allowed;a=0' })
  expect(answer).toEqual({ requestId: 'of-this-press', acceptedAt: 17 })
  expect(sent).toMatchObject([
    {
      path: 'admin/api/worker/restart',
      headers: {
        'x-csrf-token': PROOF.csrf,
        'idempotency-key': PROOF.key,
        'if-match': '"s=allowed;a=0"',
      },
      body: { rung: 'reload' },
    },
  ])
  expect(sent[0]?.body).not.toHaveProperty('manual_override')
})

test('WD12 an override is sent whole: acknowledged, with its reason, and what it passes', async () => {
  const { api, sent } = agentThat(accepted)
  const override = { reason: 'the pool is stuck', passesPreflight: true }
  await api.restart({ rung: 'roll', override }, { ...PROOF, seen: '*' })
  expect(sent[0]?.body).toEqual({
    rung: 'roll',
    manual_override: true,
    override_acknowledged: true,
    override_reason: 'the pool is stuck',
    override_passes: ['preflight'],
  })
})

test('SH8 a change is never made again by itself, whatever comes back', async () => {
  for (const answer of [busy, () => Promise.reject(new TypeError('Failed to fetch'))]) {
    const { api, asked } = agentThat(answer)
    await problemOf(api.restart({ rung: 'reload', override: null }, { ...PROOF, seen: '*' }))
    expect(asked).toHaveLength(1)
  }
})

test('a refusal is told by its code, with the time it names', async () => {
  const refusal = {
    type: 'urn:holdfast:refusal:cooldown_override_required',
    title: 'Refused by policy',
    status: 429,
    detail: 'The last attempt was a moment ago.',
    success: false,
    error: { code: 'cooldown_override_required', message: '' },
  }
  const headers = { 'retry-after': '12', 'content-type': 'application/problem+json' }
  const { api } = agentThat(json(refusal, { status: 429, headers }))
  const asked = api.restart({ rung: 'reload', override: null }, { ...PROOF, seen: '*' })
  expect(await problemOf(asked)).toMatchObject({ code: 'cooldown_override_required', retryAfterMs: 12_000 })
})

test.each([
  [{ kind: 'release', reason: 'mended' }, 'guard/release', { reason: 'mended' }],
  [{ kind: 'pause', reason: 'deploy', forSeconds: 900 }, 'pause', { reason: 'deploy', for_seconds: 900 }],
  [{ kind: 'resume', reason: '' }, 'resume', { reason: '' }],
] as const)('WD13 %o goes where it belongs', async (word, path, body) => {
  const recorded = {
    recorded: true,
    event_id: '1',
    by: 'user:ops',
    replayed: false,
    until: null,
    new_history: false,
  }
  const { api, sent } = agentThat(json({ success: true, data: recorded, meta: { at: 1 } }))
  await expect(api.say(word, PROOF)).resolves.toMatchObject({ by: 'user:ops' })
  expect(sent).toMatchObject([{ path: `admin/api/worker/${path}`, body }])
})

test('AU3 older rows are asked for under the same filter', async () => {
  const { api, asked, attempt } = agentThat(
    json({ success: true, data: { rows: [], next: null }, meta: { at: 1 } }),
  )
  await api.auditPage({ actor: 'user:ops' }, 'agent.6', attempt)
  expect(asked).toEqual([`${BASE}admin/api/audit?actor=user%3Aops&cursor=agent.6`])
})

test('a line of a log keeps how far it is indented, and its length; what could move a cursor is gone', async () => {
  const lines = ['Traceback:', '  File "pool.py"', `    ${'x'.repeat(900)}`, '\u001b[2Jcleared']
  const log = { source: 'target_errors', origin: null, lines, cut: false, missing: null }
  const { api, attempt } = agentThat(json({ success: true, data: { logs: [log] }, meta: { at: 1 } }))
  const { logs } = await api.logs(200, attempt)
  expect(logs[0]?.lines).toEqual([...lines.slice(0, 3), ' [2Jcleared'])
})

/** The only code that knows addresses, beside the stream's, all relative to the page's base (sub-path deployments). */
import type { KyResponse } from 'ky'
import { RAW_FRAME_TYPE, RAW_STREAMS } from '#domain/schemas/raw-v1.ts'
import type { DurationMs } from '#domain/time.ts'
import type { AgentApi, OperatorWord, RestartWish } from '#web/api/agent-api.ts'
import type { Answers } from '#web/api/answers.ts'
import SHAPES from '#web/api/answer-shapes.json'
import { changing, type ClientOptions, createClient, failed, reading } from '#web/api/client.ts'
import { fits, type Shape } from '#web/api/fits.ts'
import { parseLines, parseSafely } from '#web/api/safe-json.ts'
import { createTabMark } from '#web/api/tab-mark.ts'
import { plainHealth } from '#web/api/plain-health.ts'
import { joinLiveNews } from '#web/api/live-news.ts'
import { MalformedAnswer } from '#web/problems.ts'

/** Unhealthy is an answer too. */
const UNHEALTHY_STATUS = 503

/** Out of the two seconds in which a tab has to be out of the console. */
const HAND_OVER_MS_MAX: DurationMs = 800

const WORD_PATHS = { release: 'guard/release', pause: 'pause', resume: 'resume' } as const

export function connect(base: string, options?: ClientOptions): AgentApi {
  const client = createClient(base, options)
  const tab = createTabMark()
  return {
    served: async (text) => {
      const { readAnswer, readHealth } = await schemas()
      const told = readAnswer('served', parseSafely(text))
      return {
        reading: readHealth(told.health),
        agentNow: told.at,
        watchdogRunning: told.watchdog_running,
        visitor: told.visitor,
      }
    },
    live: (hearer) => joinLiveNews(base, hearer, options),
    health: (attempt) =>
      failed(async () => {
        const how = { ...reading(attempt, [UNHEALTHY_STATUS]), headers: tab.here() }
        const body = await jsonOf(await client.get('health', how))
        return plainHealth(body) ?? (await schemas()).readHealth(body)
      }),
    left: (end) => {
      const ask = options?.fetch ?? fetch
      // Nobody waits for it, nor could do anything about it: who is not heard of any more counts as gone.
      ask(new URL('health', base), { headers: tab.left(end), keepalive: true, cache: 'no-store' }).catch(
        () => {},
      )
    },
    handOver: (typed, proof) =>
      failed(async () => {
        await client.put('admin/api/unsent', { ...changing(typed, proof), timeout: HAND_OVER_MS_MAX })
      }),
    status: async (attempt) => {
      const { data, meta } = await answer('status', client.get('admin/api/system-status', reading(attempt)))
      return { status: data, agentNow: meta.at }
    },
    workerStatus: async (attempt) => {
      const asked = client.get('admin/api/worker/status', reading(attempt))
      const { data, meta } = await answer('workerStatus', asked)
      return { status: data, agentNow: meta.at }
    },
    gates: async (attempt) => {
      const { data, meta } = await answer('gates', client.get('admin/api/gates', reading(attempt)))
      return { view: data, agentNow: meta.at }
    },
    auditPage: (query, cursor, attempt) => {
      const searchParams = { ...query, ...(cursor === null ? {} : { cursor }) }
      return dataOf('auditPage', client.get('admin/api/audit', { ...reading(attempt), searchParams }))
    },
    verifyAudit: (attempt) =>
      dataOf('auditVerification', client.get('admin/api/audit/verify', reading(attempt))),
    logs: (lines, attempt) => {
      const how = { ...reading(attempt), searchParams: { lines }, parseJson: parseLines }
      return dataOf('logs', client.get('admin/api/logs', how))
    },
    users: (attempt) => dataOf('users', client.get('admin/api/users', reading(attempt))),
    sessions: (attempt) => dataOf('sessions', client.get('admin/api/sessions', reading(attempt))),
    endSession: (id, marks) =>
      dataOf('sessionEnded', client.post('admin/api/sessions/end', changing({ id }, marks))),
    config: (attempt) => dataOf('config', client.get('admin/api/config', reading(attempt))),
    contract: (which, attempt) => {
      const searchParams = which === 'anew' ? { anew: 'true' } : {}
      return dataOf('contract', client.get('admin/api/contract', { ...reading(attempt), searchParams }))
    },
    restart: async (wish, marks) => {
      const asked = client.post('admin/api/worker/restart', changing(restartBodyOf(wish), marks))
      const { data, meta } = await answer('restartAccepted', asked)
      return { requestId: data.request_id, acceptedAt: meta.at }
    },
    say: (word, marks) => {
      const path = `admin/api/worker/${WORD_PATHS[word.kind]}`
      return dataOf('wordRecorded', client.post(path, changing(wordBodyOf(word), marks)))
    },
    rawPage: (place, attempt, streams = RAW_STREAMS) =>
      failed(() => {
        const searchParams = 'cursor' in place ? { cursor: place.cursor } : { window_ms: place.windowMs }
        const path = `admin/api/raw/${streams.join(',')}`
        return client
          .get(path, { ...reading(attempt), searchParams, headers: { accept: RAW_FRAME_TYPE } })
          .arrayBuffer()
      }),
    navigation: (attempt) => dataOf('navigation', client.get('admin/api/navigation', reading(attempt))),
    changeNavigation: (wish, marks) =>
      dataOf('navigationChanged', client.put('admin/api/navigation', changing(wish, marks))),
    classicPage: (id) => failed(() => client.get(`classic/${id}`, { retry: 0 }).text()),
    session: () => dataOf('session', client.get('admin/api/session', { retry: 0 })),
    signIn: (asked) => dataOf('session', client.post('admin/api/login', changing(asked))),
    redeemLink: (token) => dataOf('session', client.post('admin/api/login/link', changing({ token }))),
    signOut: (csrf) =>
      failed(async () => {
        await client.post('admin/api/logout', changing({}, { csrf }))
      }),
  }
}

/** What the first page asks for is read by a shape that is rendered from its schema: the schemas come for the others. */
const SHAPED: Partial<Record<keyof Answers, Shape>> = SHAPES

const schemas = () => import('#web/api/answers.ts')

function answer<Name extends keyof Answers>(name: Name, asked: Promise<KyResponse>): Promise<Answers[Name]> {
  return failed(async () => {
    const shape = SHAPED[name]
    // Beside the answer, not after it.
    const [body, loaded] = await Promise.all([asked.then(jsonOf), shape === undefined ? schemas() : null])
    if (shape !== undefined && fits(shape, body)) return body as Answers[Name]
    const { readAnswer } = loaded ?? (await schemas())
    return readAnswer(name, body)
  })
}

async function dataOf<Name extends Enveloped>(
  name: Name,
  asked: Promise<KyResponse>,
): Promise<Answers[Name]['data']> {
  return (await answer(name, asked)).data
}

type Enveloped = {
  [Name in keyof Answers]: Answers[Name] extends { data: unknown } ? Name : never
}[keyof Answers]

function restartBodyOf({ rung, override }: RestartWish) {
  if (override === null) return { rung }
  return {
    rung,
    manual_override: true,
    override_acknowledged: true,
    override_reason: override.reason,
    override_passes: override.passesPreflight ? ['preflight'] : [],
  }
}

function wordBodyOf(word: OperatorWord) {
  const { reason } = word
  return word.kind === 'pause' ? { reason, for_seconds: word.forSeconds } : { reason }
}

async function jsonOf(response: KyResponse): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    throw new MalformedAnswer('body: expected JSON', { cause })
  }
}

/** The only code that knows addresses, beside the stream's, all relative to the page's base (sub-path deployments). */
import '#web/zod-policy.ts'
import type { KyResponse } from 'ky'
import * as z from 'zod/mini'
import { sessionView } from '#domain/schemas/access-api.ts'
import { configView, sessionEnded, sessionList, userList } from '#domain/schemas/admin-view.ts'
import { auditPage, auditVerification } from '#domain/schemas/audit-api.ts'
import { contractReport } from '#domain/schemas/contract-api.ts'
import { systemStatus } from '#domain/schemas/admin-api.ts'
import { logsPage } from '#domain/schemas/logs.ts'
import { gatesView } from '#domain/schemas/gates-api.ts'
import { navigationChanged, navigationReport } from '#domain/schemas/navigation-api.ts'
import { RAW_FRAME_TYPE, RAW_STREAMS } from '#domain/schemas/raw-v1.ts'
import { servedSnapshot } from '#domain/schemas/served-snapshot.ts'
import { restartAccepted, wordRecorded, workerStatus } from '#domain/schemas/worker-api.ts'
import type { DurationMs } from '#domain/time.ts'
import type { AgentApi, OperatorWord, RestartWish } from '#web/api/agent-api.ts'
import { changing, type ClientOptions, createClient, failed, reading } from '#web/api/client.ts'
import { readBody as read } from '#web/api/read-body.ts'
import { parseLines, parseSafely } from '#web/api/safe-json.ts'
import { readHealth } from '#web/api/health-reading.ts'
import { createTabMark } from '#web/api/tab-mark.ts'
import { joinLiveNews } from '#web/api/live-news.ts'
import { MalformedAnswer } from '#web/problems.ts'

/** Unhealthy is an answer too. */
const UNHEALTHY_STATUS = 503

const statusEnvelope = enveloped(systemStatus)
const workerEnvelope = enveloped(workerStatus)
const gatesEnvelope = enveloped(gatesView)
const pageEnvelope = enveloped(auditPage)
const verificationEnvelope = enveloped(auditVerification)
const logsEnvelope = enveloped(logsPage)
const usersEnvelope = enveloped(userList)
const sessionsEnvelope = enveloped(sessionList)
const endedEnvelope = enveloped(sessionEnded)
const configEnvelope = enveloped(configView)
const contractEnvelope = enveloped(contractReport)
const acceptedEnvelope = enveloped(restartAccepted)
const recordedEnvelope = enveloped(wordRecorded)
const navigationEnvelope = enveloped(navigationReport)
const navigationChangedEnvelope = enveloped(navigationChanged)
const sessionEnvelope = z.object({ success: z.literal(true), data: sessionView })

/** Out of the two seconds in which a tab has to be out of the console. */
const HAND_OVER_MS_MAX: DurationMs = 800

const WORD_PATHS = { release: 'guard/release', pause: 'pause', resume: 'resume' } as const

export function connect(base: string, options?: ClientOptions): AgentApi {
  const client = createClient(base, options)
  const tab = createTabMark()
  return {
    served: async (text) => {
      const told = read(servedSnapshot, parseSafely(text))
      return {
        reading: readHealth(told.health),
        agentNow: told.at,
        watchdogRunning: told.watchdog_running,
        visitor: told.visitor,
      }
    },
    live: (hearer) => joinLiveNews(base, hearer, options),
    health: (attempt) =>
      failed(async () =>
        readHealth(
          await jsonOf(
            await client.get('health', { ...reading(attempt, [UNHEALTHY_STATUS]), headers: tab.here() }),
          ),
        ),
      ),
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
    status: (attempt) =>
      failed(async () => {
        const body = await jsonOf(await client.get('admin/api/system-status', reading(attempt)))
        const { data, meta } = read(statusEnvelope, body)
        return { status: data, agentNow: meta.at }
      }),
    workerStatus: (attempt) =>
      failed(async () => {
        const body = await jsonOf(await client.get('admin/api/worker/status', reading(attempt)))
        const { data, meta } = read(workerEnvelope, body)
        return { status: data, agentNow: meta.at }
      }),
    gates: (attempt) =>
      failed(async () => {
        const body = await jsonOf(await client.get('admin/api/gates', reading(attempt)))
        const { data, meta } = read(gatesEnvelope, body)
        return { view: data, agentNow: meta.at }
      }),
    auditPage: (query, cursor, attempt) =>
      failed(async () => {
        const searchParams = { ...query, ...(cursor === null ? {} : { cursor }) }
        const answer = await client.get('admin/api/audit', { ...reading(attempt), searchParams })
        return read(pageEnvelope, await jsonOf(answer)).data
      }),
    verifyAudit: (attempt) =>
      failed(async () => {
        const answer = await client.get('admin/api/audit/verify', reading(attempt))
        return read(verificationEnvelope, await jsonOf(answer)).data
      }),
    logs: (lines, attempt) =>
      failed(async () => {
        const how = { ...reading(attempt), searchParams: { lines }, parseJson: parseLines }
        const answer = await client.get('admin/api/logs', how)
        return read(logsEnvelope, await jsonOf(answer)).data
      }),
    users: (attempt) =>
      failed(async () => {
        const answer = await client.get('admin/api/users', reading(attempt))
        return read(usersEnvelope, await jsonOf(answer)).data
      }),
    sessions: (attempt) =>
      failed(async () => {
        const answer = await client.get('admin/api/sessions', reading(attempt))
        return read(sessionsEnvelope, await jsonOf(answer)).data
      }),
    endSession: (id, marks) =>
      failed(async () => {
        const answer = await client.post('admin/api/sessions/end', changing({ id }, marks))
        return read(endedEnvelope, await jsonOf(answer)).data
      }),
    config: (attempt) =>
      failed(async () => {
        const answer = await client.get('admin/api/config', reading(attempt))
        return read(configEnvelope, await jsonOf(answer)).data
      }),
    contract: (which, attempt) =>
      failed(async () => {
        const searchParams = which === 'anew' ? { anew: 'true' } : {}
        const answer = await client.get('admin/api/contract', { ...reading(attempt), searchParams })
        return read(contractEnvelope, await jsonOf(answer)).data
      }),
    restart: (wish, marks) =>
      failed(async () => {
        const answer = await client.post('admin/api/worker/restart', changing(restartBodyOf(wish), marks))
        const { data, meta } = read(acceptedEnvelope, await jsonOf(answer))
        return { requestId: data.request_id, acceptedAt: meta.at }
      }),
    say: (word, marks) =>
      failed(async () => {
        const path = `admin/api/worker/${WORD_PATHS[word.kind]}`
        return read(
          recordedEnvelope,
          await jsonOf(await client.post(path, changing(wordBodyOf(word), marks))),
        ).data
      }),
    rawPage: (place, attempt, streams = RAW_STREAMS) =>
      failed(() => {
        const searchParams = 'cursor' in place ? { cursor: place.cursor } : { window_ms: place.windowMs }
        const path = `admin/api/raw/${streams.join(',')}`
        return client
          .get(path, { ...reading(attempt), searchParams, headers: { accept: RAW_FRAME_TYPE } })
          .arrayBuffer()
      }),
    navigation: (attempt) =>
      failed(async () => {
        const answer = await client.get('admin/api/navigation', reading(attempt))
        return read(navigationEnvelope, await jsonOf(answer)).data
      }),
    changeNavigation: (wish, marks) =>
      failed(async () => {
        const answer = await client.put('admin/api/navigation', changing(wish, marks))
        return read(navigationChangedEnvelope, await jsonOf(answer)).data
      }),
    classicPage: (id) => failed(() => client.get(`classic/${id}`, { retry: 0 }).text()),
    session: () =>
      failed(
        async () =>
          read(sessionEnvelope, await jsonOf(await client.get('admin/api/session', { retry: 0 }))).data,
      ),
    signIn: (asked) =>
      failed(
        async () =>
          read(sessionEnvelope, await jsonOf(await client.post('admin/api/login', changing(asked)))).data,
      ),
    redeemLink: (token) =>
      failed(
        async () =>
          read(sessionEnvelope, await jsonOf(await client.post('admin/api/login/link', changing({ token }))))
            .data,
      ),
    signOut: (csrf) =>
      failed(async () => {
        await client.post('admin/api/logout', changing({}, { csrf }))
      }),
  }
}

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

function enveloped<T>(data: z.ZodMiniType<T>) {
  return z.object({ success: z.literal(true), data, meta: z.object({ at: z.number() }) })
}

async function jsonOf(response: KyResponse): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    throw new MalformedAnswer('body: expected JSON', { cause })
  }
}

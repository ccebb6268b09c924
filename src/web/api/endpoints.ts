/** The only code that knows addresses, all relative to the page's base (sub-path deployments). */
import '#web/zod-policy.ts'
import type { KyResponse } from 'ky'
import * as z from 'zod/mini'
import { sessionView, type SessionView } from '#domain/schemas/access-api.ts'
import { systemStatus } from '#domain/schemas/admin-api.ts'
import { RAW_FRAME_TYPE, RAW_STREAMS } from '#domain/schemas/raw-v1.ts'
import type { AgentApi, StatusReading } from '#web/api/agent-api.ts'
import { changing, type ClientOptions, createClient, failed, reading } from '#web/api/client.ts'
import { readHealth } from '#web/api/health-reading.ts'
import { MalformedAnswer } from '#web/problems.ts'
import { firstFaultText } from '#web/schema-faults.ts'

/** Unhealthy is an answer too. */
const UNHEALTHY_STATUS = 503

const statusEnvelope = z.object({
  success: z.literal(true),
  data: systemStatus,
  meta: z.object({ at: z.number() }),
})

const sessionEnvelope = z.object({ success: z.literal(true), data: sessionView })

export function connect(base: string, options?: ClientOptions): AgentApi {
  const client = createClient(base, options)
  return {
    health: (attempt) =>
      failed(async () =>
        readHealth(await jsonOf(await client.get('health', reading(attempt, [UNHEALTHY_STATUS])))),
      ),
    status: (attempt) =>
      failed(async () =>
        readStatus(await jsonOf(await client.get('admin/api/system-status', reading(attempt)))),
      ),
    rawPage: (place, attempt) =>
      failed(() => {
        const searchParams = 'cursor' in place ? { cursor: place.cursor } : { window_ms: place.windowMs }
        const path = `admin/api/raw/${RAW_STREAMS.join(',')}`
        return client
          .get(path, { ...reading(attempt), searchParams, headers: { accept: RAW_FRAME_TYPE } })
          .arrayBuffer()
      }),
    session: () =>
      failed(async () => readSession(await jsonOf(await client.get('admin/api/session', { retry: 0 })))),
    signIn: (asked) =>
      failed(async () => readSession(await jsonOf(await client.post('admin/api/login', changing(asked))))),
    redeemLink: (token) =>
      failed(async () =>
        readSession(await jsonOf(await client.post('admin/api/login/link', changing({ token })))),
      ),
    signOut: (csrf) =>
      failed(async () => {
        await client.post('admin/api/logout', changing({}, csrf))
      }),
  }
}

function readStatus(body: unknown): StatusReading {
  const read = z.safeParse(statusEnvelope, body)
  if (!read.success) throw new MalformedAnswer(firstFaultText(read.error.issues, body))
  return { status: read.data.data, agentNow: read.data.meta.at }
}

function readSession(body: unknown): SessionView {
  const read = z.safeParse(sessionEnvelope, body)
  if (!read.success) throw new MalformedAnswer(firstFaultText(read.error.issues, body))
  return read.data.data
}

async function jsonOf(response: KyResponse): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    throw new MalformedAnswer('body: expected JSON', { cause })
  }
}

/** What the console reads from the agent: the only code that knows addresses, all relative to the page's base. */
import type { KyInstance } from 'ky'
import * as z from 'zod/mini'
import { type SystemStatus, systemStatus } from '#domain/schemas/admin-api.ts'
import { RAW_STREAMS } from '#domain/schemas/raw-v1.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import { type Attempt, reading } from '#web/api/client.ts'
import { type HealthReading, readHealth } from '#web/api/health-reading.ts'
import { MalformedAnswer } from '#web/problems.ts'
import { firstFaultText } from '#web/schema-faults.ts'

/** Unhealthy is an answer too. */
const UNHEALTHY_STATUS = 503

const statusEnvelope = z.object({
  success: z.literal(true),
  data: systemStatus,
  meta: z.object({ at: z.number() }),
})

export interface StatusReading {
  readonly status: SystemStatus
  /** The agent's clock when it answered. */
  readonly agentNow: EpochMs
}

export async function fetchHealth(client: KyInstance, attempt: Attempt): Promise<HealthReading> {
  const response = await client.get('health', reading(attempt, [UNHEALTHY_STATUS]))
  return readHealth(await jsonOf(response))
}

export async function fetchStatus(client: KyInstance, attempt: Attempt): Promise<StatusReading> {
  const response = await client.get('admin/api/system-status', reading(attempt))
  const body = await jsonOf(response)
  const read = z.safeParse(statusEnvelope, body)
  if (!read.success) throw new MalformedAnswer(firstFaultText(read.error.issues, body))
  return { status: read.data.data, agentNow: read.data.meta.at }
}

/** The page's bytes, unread: the worker makes sense of them. */
export async function fetchRawPage(
  client: KyInstance,
  place: { cursor: string } | { windowMs: DurationMs },
  attempt: Attempt,
): Promise<ArrayBuffer> {
  const searchParams = 'cursor' in place ? { cursor: place.cursor } : { window_ms: place.windowMs }
  return client
    .get(`admin/api/raw/${RAW_STREAMS.join(',')}`, { ...reading(attempt), searchParams })
    .arrayBuffer()
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    throw new MalformedAnswer('body: expected JSON', { cause })
  }
}

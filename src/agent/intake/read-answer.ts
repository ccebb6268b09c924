/**
 * What a health endpoint's answer says. A reference payload is read block by block: one malformed block is
 * told and left out, the others stand. A plain status endpoint is known by its status code alone.
 */
import * as z from 'zod/mini'
import type { ProbeOutcome } from '#domain/health/probe-outcome.ts'
import {
  circuitBreaker,
  databasePool,
  HEALTH_STATUSES,
  routeCache,
  systemMemory,
  type HealthStatus,
  type TargetHealth,
} from '#domain/schemas/health.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import type { HttpAnswer } from '#agent/ports/http-probe.ts'

export type SeenOutcome = Exclude<ProbeOutcome, { kind: 'never' }>

export function readAnswer(answer: HttpAnswer, latencyMs: DurationMs, at: EpochMs): SeenOutcome {
  if (answer.kind === 'failed') return { kind: 'failed', reason: answer.reason, at }
  const health = readHealth(answer.body)
  if (health === null && answer.status >= 500) return { kind: 'failed', reason: 'http_5xx', at }
  return { kind: 'answered', health, httpStatus: answer.status, latencyMs, at }
}

// Made once: a schema costs more than the reading of a whole answer by it.
const anyPayload = z.record(z.string(), z.unknown())
const text = z.string()
const texts = z.array(text)
const services = z.record(z.string(), text)

/** A plain status endpoint has no payload (null); of a payload, each block stands or falls alone. */
function readHealth(body: string): TargetHealth | null {
  const payload = anyPayload.safeParse(parseJson(body))
  if (!payload.success) return null
  const status = statusOf(payload.data.status)
  if (status === null) return null
  const malformed: string[] = []
  const block = <T>(name: string, schema: z.ZodMiniType<T>): T | null => {
    const given = payload.data[name]
    if (given === undefined || given === null) return null
    const parsed = schema.safeParse(given)
    if (!parsed.success) malformed.push(name)
    return parsed.success ? parsed.data : null
  }
  return {
    status,
    services: block('services', services) ?? {},
    degraded_reason: block('degraded_reason', text),
    circuit_breaker: block('circuit_breaker', circuitBreaker),
    database_pool: block('database_pool', databasePool),
    route_cache: block('route_cache', routeCache),
    system_memory: block('system_memory', systemMemory),
    errors: block('errors', texts) ?? [],
    warnings: [...(block('warnings', texts) ?? []), ...malformed.map(malformedBlock)],
  }
}

/** How it is told that a block is there and cannot be read. */
export function malformedBlock(name: string): string {
  return `health_block_malformed: ${name}`
}

/** The words of `application/health+json` (IN1), and those that are used in their place. */
const STATUS_WORDS: ReadonlyMap<string, HealthStatus> = new Map([
  ...HEALTH_STATUSES.map((status) => [status, status] as const),
  ...(['pass', 'ok', 'up'] as const).map((word) => [word, 'healthy'] as const),
  ['warn', 'degraded'],
  ...(['fail', 'error', 'down'] as const).map((word) => [word, 'unhealthy'] as const),
])

function statusOf(given: unknown): HealthStatus | null {
  return typeof given === 'string' ? (STATUS_WORDS.get(given.toLowerCase()) ?? null) : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // a plain status endpoint answers with any text
  }
}

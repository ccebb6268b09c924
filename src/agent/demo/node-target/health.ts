/** The health payload, from one question to the master and one look at each worker's memory. */
import { readFileSync } from 'node:fs'
import type { TargetHealth } from '#domain/schemas/health.ts'
import { WINDOW } from './breaker.ts'
import { POOL_CAPACITY, POOL_TIMEOUT_SECONDS } from './shared-state.ts'
import type { CircuitSnapshot, SharedSnapshot } from './wire.ts'

const POOL_SATURATED_AT = 0.9
// A worker of this target needs about 100 MiB; twice that, on average, is no longer normal.
const MEMORY_HIGH_BYTES_PER_WORKER = 200 * 1024 * 1024
const PAGE_BYTES = 4096

interface Condition {
  saturation: number
  circuit: CircuitSnapshot
  /** Workers that should serve and do not. */
  missing: number
  rssPerWorker: number
}

type Degradation = readonly [reason: string, sentence: string]

export function healthPayload(shared: SharedSnapshot, databaseUsable: boolean): TargetHealth {
  const { checkedOut, circuit, cache } = shared
  const sizes = shared.workerPids.map(rssBytes).filter((bytes) => bytes > 0)
  const rssTotal = sizes.reduce((sum, bytes) => sum + bytes, 0)
  const saturation = checkedOut / POOL_CAPACITY
  const missing = shared.workersWanted - sizes.length
  const degraded = degradations({
    saturation,
    circuit,
    missing,
    rssPerWorker: rssTotal / Math.max(1, sizes.length),
  })
  return {
    status: databaseUsable ? (degraded.length > 0 ? 'degraded' : 'healthy') : 'unhealthy',
    degraded_reason: databaseUsable ? (degraded[0]?.[0] ?? null) : null,
    services: {
      database: databaseUsable ? 'ok' : 'unreachable',
      pricing: pricingState(circuit),
      cache: 'ok',
    },
    circuit_breaker: {
      state: circuit.state,
      failure_count: circuit.failures,
      success_count: circuit.successes,
      failure_rate: circuit.failures / Math.max(1, circuit.failures + circuit.successes),
      window_size: WINDOW,
      retry_after_seconds: circuit.retryAfterSeconds,
    },
    database_pool: {
      runtime: { max_capacity: POOL_CAPACITY, pool_timeout_seconds: POOL_TIMEOUT_SECONDS },
      state: {
        checked_out: checkedOut,
        max_capacity: POOL_CAPACITY,
        saturation: Number(saturation.toFixed(4)),
      },
    },
    route_cache: cache,
    system_memory: { workers_rss_bytes: rssTotal, worker_count: sizes.length },
    warnings: degraded.map(([, sentence]) => sentence),
    errors: databaseUsable ? [] : ['the database cannot be used'],
  }
}

/** The most pressing first. */
function degradations({ saturation, circuit, missing, rssPerWorker }: Condition): Degradation[] {
  const all: [boolean, Degradation][] = [
    [missing > 0, ['workers_missing', `${missing} workers are missing`]],
    [saturation >= POOL_SATURATED_AT, ['pool_saturated', 'nearly all database connections are checked out']],
    [circuit.state !== 'CLOSED', ['circuit_open', 'the pricing service fails, quotes are refused']],
    [
      rssPerWorker >= MEMORY_HIGH_BYTES_PER_WORKER,
      ['memory_high', 'the workers occupy far more memory than usual'],
    ],
  ]
  return all.filter(([isSo]) => isSo).map(([, degradation]) => degradation)
}

function pricingState({ state, failures, successes, lastFailed }: CircuitSnapshot): string {
  if (state !== 'CLOSED') return 'failing'
  if (failures + successes === 0) return 'unknown'
  return lastFailed ? 'failing' : 'ok'
}

function rssBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES
  } catch {
    return 0 // It ended just now.
  }
}

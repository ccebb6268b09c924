/** What the master and its workers say to each other. The master holds whatever all workers share. */
import type { CircuitState } from '#domain/schemas/health.ts'

/** A worker's exit code for what no other worker would do better: the master gives up, as gunicorn's does. */
export const BOOT_ERROR = 3

/** Within which a worker that is retired answers what it has begun. */
export const GRACE_MS = 10_000

export interface CircuitSnapshot {
  readonly state: CircuitState
  readonly failures: number
  readonly successes: number
  readonly lastFailed: boolean
  readonly retryAfterSeconds: number | null
}

export type Admission = { ticket: number } | { retryAfterSeconds: number }

export interface SharedSnapshot {
  readonly checkedOut: number
  readonly circuit: CircuitSnapshot
  readonly cache: { l1_hits: number; l2_hits: number; misses: number }
  /** Of the workers that serve. */
  readonly workerPids: number[]
  readonly workersWanted: number
}

/** Questions and their answers. `check-out` is answered null when no connection came free in time. */
export interface Answers {
  'check-out': number | null
  admit: Admission
  'cache-get': string | null
  snapshot: SharedSnapshot
}

export type Question = { [K in keyof Answers]: { ask: K; id: number; key: string } }[keyof Answers]

export type Remark =
  | { tell: 'ready' }
  | { tell: 'check-in'; lease: number }
  | { tell: 'settle'; ticket: number; succeeded: boolean }
  | { tell: 'l1-hit' }
  | { tell: 'cache-put'; key: string; value: string }

export type FromWorker = Question | Remark
export type FromMaster = { answer: number; value: unknown } | { retire: true }

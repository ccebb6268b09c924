/**
 * The one owner of the retries of requests (SH8): reads only, few, with growing and scattered waits; a server that says
 * when to come back is believed. Whoever reads hears of each failed try while the next one is awaited.
 */
import ky, { HTTPError, type KyInstance, NetworkError, TimeoutError } from 'ky'
import type { ProblemBody } from '#domain/schemas/admin-api.ts'
import type { DurationMs } from '#domain/time.ts'
import type { Attempt } from '#web/api/agent-api.ts'
import SHAPES from '#web/api/answer-shapes.json'
import { fits } from '#web/api/fits.ts'
import { parseSafely } from '#web/api/safe-json.ts'
import { messages } from '#web/messages.ts'
import { problemView, type ProblemView, ReadFailed } from '#web/problems.ts'

/** Shorter than the time after which data counts as stale. */
const ATTEMPT_MS_MAX: DurationMs = 4000
/** A password is looked at when it is its turn. */
const CHANGE_MS_MAX: DurationMs = 15_000
const RETRIES_MAX = 3
const FIRST_WAIT_MS: DurationMs = 500
export const WAIT_MS_MAX: DurationMs = 30_000

export interface ClientOptions {
  readonly fetch?: typeof globalThis.fetch
}

export function createClient(base: string, options: ClientOptions = {}): KyInstance {
  return ky.create({
    ...options,
    baseUrl: base,
    parseJson: parseSafely,
    timeout: ATTEMPT_MS_MAX,
    cache: 'no-store',
    credentials: 'same-origin',
  })
}

/** The options of one read. `answered` are the statuses that carry an answer although they are errors. */
export function reading({ signal, onRetry }: Attempt, answered: readonly number[] = []) {
  let problem: ProblemView = messages.problems.noAnswer
  return {
    signal,
    throwHttpErrors: (status: number) => !answered.includes(status),
    retry: {
      limit: RETRIES_MAX,
      methods: ['get' as const],
      retryOnTimeout: true,
      maxRetryAfter: WAIT_MS_MAX,
      shouldRetry: ({ error }: { error: Error }) => {
        problem = problemOf(error)
        const toldMs = error instanceof HTTPError ? retryAfterMs(error.response) : null
        if (toldMs !== null) onRetry(problem, Math.min(toldMs, WAIT_MS_MAX))
        return undefined
      },
      // Only asked where the server gave no time of its own.
      delay: (attempt: number) => {
        const waitMs = scattered(FIRST_WAIT_MS * 2 ** (attempt - 1))
        onRetry(problem, waitMs)
        return waitMs
      },
    },
  }
}

/** A change is made once: what became of it is asked of the agent, and never guessed by making it again (SH8). */
export function changing(body: object, { csrf, key, seen }: ChangeMarks = {}) {
  return {
    json: body,
    timeout: CHANGE_MS_MAX,
    retry: 0,
    headers: {
      ...(csrf === undefined ? {} : { 'x-csrf-token': csrf }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(seen === undefined ? {} : { 'if-match': `"${seen}"` }),
    },
  }
}

interface ChangeMarks {
  readonly csrf?: string
  /** Of the intention: the agent hears it once, however often it is sent (WD17). */
  readonly key?: string
  /** The version of what its author saw. */
  readonly seen?: string
}

/** Between half of the wait and all of it, so that many pages do not come back together. */
export function scattered(waitMs: DurationMs): DurationMs {
  return waitMs * (0.5 + Math.random() / 2)
}

export function retryAfterMs(response: Response): DurationMs | null {
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds * 1000 : null
}

/** Every failure of a read in words for the person who reads. */
export async function failed<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw new ReadFailed(problemOf(error), { cause: error })
  }
}

function problemOf(error: unknown): ProblemView {
  if (error instanceof HTTPError) {
    if (!fits(SHAPES.problem, error.data)) return messages.problems.status(error.response.status)
    const { error: named, title, detail } = error.data as ProblemBody
    return { code: named.code, title, detail, retryAfterMs: retryAfterMs(error.response) }
  }
  if (error instanceof TimeoutError) return messages.problems.tooSlow(ATTEMPT_MS_MAX)
  if (error instanceof NetworkError) return messages.problems.noAnswer
  return problemView(error)
}

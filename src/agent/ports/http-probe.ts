import type { DurationMs } from '#domain/time.ts'

export type HttpAnswer =
  | { kind: 'answered'; status: number; body: string }
  | { kind: 'failed'; reason: 'timeout' | 'refused' | 'reset' | 'malformed' }

/** One bounded GET; never throws. */
export type HttpProbe = (url: string, timeoutMs: DurationMs) => Promise<HttpAnswer>

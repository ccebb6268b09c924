/** How a child process tells its supervisor that it is ready, or why it is not: one message either way. */
import { PROBLEMS, type ProblemCode } from '#domain/problems.ts'
import { asProblem } from '#agent/as-problem.ts'

export type ChildReport =
  | { type: 'ready'; [detail: string]: unknown }
  | { type: 'failed'; detail: string; code?: ProblemCode }

export function reportReady(details: Record<string, unknown>): void {
  process.send?.({ ...details, type: 'ready' } satisfies ChildReport)
}

export function reportFailure(error: unknown): void {
  const { code, detail } = asProblem(error)
  process.send?.({ type: 'failed', code, detail } satisfies ChildReport)
}

/** Messages come from another process: anything else than the two forms is ignored. */
export function readReport(message: unknown): ChildReport | null {
  if (typeof message !== 'object' || message === null || !('type' in message)) return null
  if (message.type === 'ready') return message as ChildReport
  if (message.type !== 'failed' || !('detail' in message) || typeof message.detail !== 'string') return null
  const code = 'code' in message && typeof message.code === 'string' && Object.hasOwn(PROBLEMS, message.code)
  return code ? (message as ChildReport) : { type: 'failed', detail: message.detail }
}

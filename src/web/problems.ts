/** What can go wrong between page, worker and agent; and how that is told. */
import type { DurationMs } from '#domain/time.ts'
import { messages } from '#web/messages.ts'

/** What went wrong, in the words that the page shows. */
export interface ProblemView {
  readonly code: string
  readonly title: string
  readonly detail: string
  /** When the agent says it is worth to ask again. */
  readonly retryAfterMs?: DurationMs | null
}

/** Nothing came back, or not in time; null is an answer that is merely late. */
export function isSilence(problem: ProblemView | null): boolean {
  return problem === null || problem.code === 'agent_unreachable' || problem.code === 'agent_too_slow'
}

/** Of a change: what came of it is not known, since no answer came, or none that says it. */
export function isUntold({ code }: ProblemView): boolean {
  return (
    code === 'agent_unreachable' ||
    code === 'agent_too_slow' ||
    code === 'answer_malformed' ||
    code === 'unexpected' ||
    code === 'internal' ||
    code.startsWith('status_5')
  )
}

/** Nobody is signed in, or not any more. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ReadFailed && error.problem.code === 'sign_in_required'
}

/** Somebody is signed in, in a role that may not have it. */
export function isForbidden({ code }: ProblemView): boolean {
  return code === 'role_too_low'
}

/** The answer came, but not in the promised form; the message says where and what was found. */
export class MalformedAnswer extends Error {
  override name = 'MalformedAnswer'
}

export class WorkerDied extends Error {
  override name = 'WorkerDied'
  /** Another one has taken its place. */
  readonly replaced: boolean

  constructor(why: string, { replaced }: { replaced: boolean }) {
    super(why)
    this.replaced = replaced
  }
}

/** A read that was given up. */
export class ReadFailed extends Error {
  override name = 'ReadFailed'
  readonly problem: ProblemView

  constructor(problem: ProblemView, options: ErrorOptions) {
    super(problem.title, options)
    this.problem = problem
  }
}

/** Any error in words; what nobody foresaw keeps its own. */
export function problemView(error: unknown): ProblemView {
  if (error instanceof ReadFailed) return error.problem
  if (error instanceof MalformedAnswer) return messages.problems.malformed(error.message)
  if (error instanceof WorkerDied) return messages.problems.workerDied(error.message)
  return messages.problems.unexpected(error instanceof Error ? error.message : String(error))
}

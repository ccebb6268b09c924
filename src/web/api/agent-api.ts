/** What the console asks of the agent. */
import type { SystemStatus } from '#domain/schemas/admin-api.ts'
import type { SessionView } from '#domain/schemas/access-api.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import type { HealthReading } from '#web/api/health-reading.ts'
import type { ProblemView } from '#web/problems.ts'

export interface Attempt {
  readonly signal: AbortSignal
  /** A try failed and another follows after `waitMs`. */
  readonly onRetry: (problem: ProblemView, waitMs: DurationMs) => void
}

export interface StatusReading {
  readonly status: SystemStatus
  /** The agent's clock when it answered. */
  readonly agentNow: EpochMs
}

/** Where a raw page begins: after what is held, or so long ago. */
type RawPlace = { readonly cursor: string } | { readonly windowMs: DurationMs }

/** Each read rejects with a `ReadFailed`. */
export interface AgentApi {
  health(attempt: Attempt): Promise<HealthReading>
  status(attempt: Attempt): Promise<StatusReading>
  /** The page's bytes, unread: the worker makes sense of them. */
  rawPage(place: RawPlace, attempt: Attempt): Promise<ArrayBuffer>
  /** Rejects with `sign_in_required` where nobody is signed in. */
  session(): Promise<SessionView>
  signIn(asked: { readonly username: string; readonly password: string }): Promise<SessionView>
  redeemLink(token: string): Promise<SessionView>
  signOut(csrf: string): Promise<void>
}

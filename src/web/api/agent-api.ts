/** What the console asks of the agent. */
import type { SystemStatus } from '#domain/schemas/admin-api.ts'
import type { SessionView } from '#domain/schemas/access-api.ts'
import type { ConfigView, SessionEnded, SessionList, UserList } from '#domain/schemas/admin-view.ts'
import type { AuditPage, AuditVerification } from '#domain/schemas/audit-api.ts'
import type { LogsPage } from '#domain/schemas/logs.ts'
import type { ContractReport } from '#domain/schemas/contract-api.ts'
import type { GatesView } from '#domain/schemas/gates-api.ts'
import type { NavigationChanged, NavigationReport } from '#domain/schemas/navigation-api.ts'
import type { ServedSnapshot } from '#domain/schemas/served-snapshot.ts'
import type { LiveState } from '#domain/schemas/live-events.ts'
import type { Rung } from '#domain/journal/events.ts'
import type { RawStream } from '#domain/schemas/raw-v1.ts'
import type { WordRecorded, WorkerStatus } from '#domain/schemas/worker-api.ts'
import type { UnsentBody } from '#domain/schemas/unsent-api.ts'
import type { TabEnding } from '#domain/navigation/presence.ts'
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

export interface ServedReading {
  readonly reading: HealthReading
  /** The agent's clock when it served the document. */
  readonly agentNow: EpochMs
  readonly watchdogRunning: boolean | null
  /** Who asked for it; null: nobody who is signed in. Undefined: it does not say. */
  readonly visitor: ServedSnapshot['visitor']
}

export interface WorkerReading {
  readonly status: WorkerStatus
  /** The agent's clock when it answered. */
  readonly agentNow: EpochMs
}

export interface GatesReading {
  readonly view: GatesView
  /** The agent's clock when it answered. */
  readonly agentNow: EpochMs
}

/** What a change is sent with: who may, and which intention it is; a second try of it is no second change (WD17). */
export interface ChangeProof {
  readonly csrf: string
  readonly key: string
}

export interface RestartWish {
  readonly rung: Rung
  /** null: a plain request. */
  readonly override: { readonly reason: string; readonly passesPreflight: boolean } | null
}

export interface RestartAccepted {
  readonly requestId: string
  /** On the agent's clock. */
  readonly acceptedAt: EpochMs
}

/** What an operator says that is no restart. */
export type OperatorWord =
  | { readonly kind: 'release'; readonly reason: string }
  | { readonly kind: 'pause'; readonly reason: string; readonly forSeconds: number | null }
  | { readonly kind: 'resume'; readonly reason: string }

/** As the audit is asked for; what is left out does not narrow it. */
export type AuditQuery = Readonly<
  Partial<Record<'actor' | 'action' | 'decision' | 'text' | 'request' | 'from' | 'to', string>>
>

/** Where a raw page begins: after what is held, or so long ago. */
type RawPlace = { readonly cursor: string } | { readonly windowMs: DurationMs }

/** What comes by itself, over the stream that the tabs of this browser share. */
export type LiveNews =
  /** null where it cannot be read. */
  | { readonly kind: 'health'; readonly reading: HealthReading | null }
  /** `lost`: something may have changed that was not told. */
  | { readonly kind: Exclude<LiveState, 'health'> | 'lost' }

export interface LiveHearer {
  /** Whether changes are told now. */
  changed(isUp: boolean): void
  heard(news: LiveNews): void
  /** The stream was refused, or ended, for want of a session. */
  signedOut(): void
}

export interface NavigationWish {
  readonly engaged: boolean
  /** null: all routes. */
  readonly route: string | null
  readonly reason: string
}

/** Each read rejects with a `ReadFailed`. */
export interface AgentApi {
  /** Reads the snapshot that came with the document. */
  served(text: string): Promise<ServedReading>
  /** Returns how to hear no more. */
  live(hearer: LiveHearer): () => void
  /** Says, too, that this tab is here (SH6). */
  health(attempt: Attempt): Promise<HealthReading>
  /** The tab's last word: sent on when its page is gone already. */
  left(end: TabEnding): void
  /** For the classic page's forms; given up soon, for the tab waits for it. */
  handOver(typed: UnsentBody, proof: Pick<ChangeProof, 'csrf'>): Promise<void>
  status(attempt: Attempt): Promise<StatusReading>
  /** The page's bytes, unread: the worker makes sense of them. Without `streams` it holds all of them. */
  rawPage(place: RawPlace, attempt: Attempt, streams?: readonly RawStream[]): Promise<ArrayBuffer>
  workerStatus(attempt: Attempt): Promise<WorkerReading>
  gates(attempt: Attempt): Promise<GatesReading>
  /** `seen` is the version of what its author saw. A refusal rejects with its code. */
  restart(wish: RestartWish, proof: ChangeProof & { readonly seen: string }): Promise<RestartAccepted>
  say(word: OperatorWord, proof: ChangeProof): Promise<WordRecorded>
  /** Newest first; `cursor` goes on with older rows. */
  auditPage(query: AuditQuery, cursor: string | null, attempt: Attempt): Promise<AuditPage>
  verifyAudit(attempt: Attempt): Promise<AuditVerification>
  /** The last lines of each log, so many at most. */
  logs(lines: number, attempt: Attempt): Promise<LogsPage>
  users(attempt: Attempt): Promise<UserList>
  sessions(attempt: Attempt): Promise<SessionList>
  endSession(id: string, proof: ChangeProof): Promise<SessionEnded>
  config(attempt: Attempt): Promise<ConfigView>
  navigation(attempt: Attempt): Promise<NavigationReport>
  changeNavigation(wish: NavigationWish, proof: ChangeProof): Promise<NavigationChanged>
  /** The classic counterpart of a page, as the agent renders it. */
  classicPage(id: string): Promise<string>
  /** The check that the agent keeps, or one that is made now. */
  contract(which: 'kept' | 'anew', attempt: Attempt): Promise<ContractReport>
  /** Rejects with `sign_in_required` where nobody is signed in. */
  session(): Promise<SessionView>
  signIn(asked: { readonly username: string; readonly password: string }): Promise<SessionView>
  redeemLink(token: string): Promise<SessionView>
  signOut(csrf: string): Promise<void>
}

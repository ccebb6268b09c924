/**
 * The bystander's book: which attempts there really were, when, and whether they were signalled. It is kept from
 * facts alone, in true time, and knows nothing of the watchdog's own fold.
 */
import type { JournalEvent, MasterIdentity, RestartAsk } from '#domain/journal/events.ts'
import type { WatchdogRules } from '#agent/watchdog/rules.ts'
import type { Fact, RowFact, SignalFact, WatchdogId } from '../facts.ts'

type Intent = Extract<JournalEvent, { type: 'intent' }>

export interface Attempt {
  readonly id: string
  readonly ask: RestartAsk
  readonly isOverride: boolean
  readonly isOverrideOfPreflight: boolean
  readonly master: MasterIdentity
  readonly workers: readonly number[]
  readonly by: WatchdogId
  /** True time of the intent. */
  readonly at: number
  readonly signals: SignalFact[]
  hasOutcome: boolean
  /** By its outcome row: not verified, or of no help. */
  wasInVain: boolean
  /** By its outcome row: verified, and of help. */
  hasHelped: boolean
  /** By its outcome row: nothing was sent. */
  isUnsent: boolean
}

export class Ledger {
  readonly rules: WatchdogRules
  readonly attempts: Attempt[] = []
  /** True times of restarts by others that the watchdog recorded. */
  readonly externals: number[] = []
  releasedAt = Number.NEGATIVE_INFINITY
  /** True time since which the monotonic clock has run without a break: from then on ages are known exactly. */
  steadySince = 0
  /** Since when the guard must hold; null: it may be open. */
  latchedAt: number | null = null
  readonly #imported: number[] = []
  readonly #open = new Map<string, Attempt>()

  constructor(rules: WatchdogRules) {
    this.rules = rules
  }

  /** A restart of a deployment from before, which counts on (WD18). */
  happenedBefore(at: number): void {
    this.#imported.push(at)
  }

  /** Its history cannot be read: that is never an empty one (WD11). */
  mustLatch(at: number): void {
    this.#latch(at)
  }

  get hasImported(): boolean {
    return this.#imported.length > 0
  }

  see(fact: Fact, now: number): void {
    if (fact.kind === 'suspended' || fact.kind === 'rebooted') this.steadySince = now
    if (fact.kind === 'signalled') this.#signal(fact)
    if (fact.kind === 'row') this.#row(fact)
  }

  /** The attempt that a process is in the middle of. */
  openOf(by: WatchdogId): Attempt | null {
    return this.attempts.findLast((attempt) => attempt.by === by && !attempt.hasOutcome) ?? null
  }

  /** How many were signalled, in the window before `at`, and are not covered by a release. */
  signalledBefore(at: number, except: Attempt | null = null): number {
    const counts = (other: number) => other <= at && this.#counts(other, at)
    const signalled = this.attempts.filter(
      (attempt) => attempt !== except && attempt.signals.length > 0 && counts(attempt.at),
    )
    return signalled.length + this.#imported.filter(counts).length
  }

  externalsBefore(at: number): number {
    return this.externals.filter((other) => other <= at && this.#counts(other, at)).length
  }

  /** When the last signalled one was begun, other than this. */
  lastSignalledAt(except: Attempt | null = null): number {
    const last = this.attempts.findLast((attempt) => attempt !== except && attempt.signals.length > 0)
    return last?.at ?? Math.max(Number.NEGATIVE_INFINITY, ...this.#imported)
  }

  /** Whether it is known to have been signalled or not, and whoever caused it. */
  lastRestartAt(): number {
    return Math.max(
      this.attempts.findLast(({ isUnsent }) => !isUnsent)?.at ?? Number.NEGATIVE_INFINITY,
      this.externals.at(-1) ?? Number.NEGATIVE_INFINITY,
      ...this.#imported,
    )
  }

  /** Whether the guard must hold at that moment. By `window` it opens after a quiet one, in true time. */
  isLatched(at: number): boolean {
    if (this.latchedAt === null) return false
    if (this.rules.policy.guardRelease === 'manual') return true
    const last = Math.max(this.latchedAt, this.lastSignalledAt(), ...this.externals.slice(-1))
    return at - last < this.rules.policy.windowMs
  }

  #counts(restartAt: number, at: number): boolean {
    return at - restartAt < this.rules.policy.windowMs && restartAt > this.releasedAt
  }

  #signal(fact: SignalFact): void {
    const attempt = this.openOf(fact.by)
    if (attempt === null) return
    this.#openAfterQuiet(attempt.at)
    attempt.signals.push(fact)
    if (attempt.signals.length === 1) this.#latchIfDue(attempt.at)
  }

  #row({ row: { event }, askedAt, by }: RowFact): void {
    switch (event.type) {
      case 'intent':
        this.#intent(event, askedAt, by)
        break
      case 'outcome': {
        const attempt = this.#open.get(event.attempt_id)
        if (attempt === undefined) break
        attempt.hasOutcome = true
        attempt.isUnsent = !event.signalled
        attempt.wasInVain = event.signalled && (!event.success || event.helped === false)
        attempt.hasHelped = event.success && event.helped === true
        this.#open.delete(event.attempt_id)
        break
      }
      case 'external_restart':
        this.#openAfterQuiet(askedAt)
        this.externals.push(askedAt)
        this.#latchIfDue(askedAt)
        break
      case 'guard_latched':
        this.#latch(askedAt)
        break
      case 'guard_released':
        this.releasedAt = askedAt
        if (this.latchedAt !== null && this.latchedAt <= askedAt) this.latchedAt = null
        break
      default:
    }
  }

  #intent(event: Intent, at: number, by: WatchdogId): void {
    const isOverride = event.decision.decision === 'manual_override'
    const attempt: Attempt = {
      id: event.attempt_id,
      ask: event.ask,
      isOverride,
      isOverrideOfPreflight: isOverride && event.ask.override?.passes.includes('preflight') === true,
      master: event.master,
      workers: event.workers,
      by,
      at,
      signals: [],
      hasOutcome: false,
      wasInVain: false,
      hasHelped: false,
      isUnsent: false,
    }
    this.attempts.push(attempt)
    this.#open.set(attempt.id, attempt)
  }

  /** Churn at the threshold latches, whatever becomes of the watchdog before it has written so (WD4). */
  #latchIfDue(at: number): void {
    const { guardedMode, churnThreshold } = this.rules.policy
    const churn = this.signalledBefore(at) + this.externalsBefore(at)
    if (guardedMode && churn >= churnThreshold) this.#latch(at)
  }

  /** What comes after a quiet window finds the guard open: it must be latched anew. */
  #openAfterQuiet(at: number): void {
    if (!this.isLatched(at)) this.latchedAt = null
  }

  /** A release covers what was at or before it, also where its row comes first. */
  #latch(at: number): void {
    if (at > this.releasedAt) this.latchedAt = Math.max(this.latchedAt ?? at, at)
  }
}

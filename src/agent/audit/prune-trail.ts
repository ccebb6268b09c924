/**
 * Retention of the audit trail (AU3): what may go is planned on both journals as they stand, then removed in steps,
 * each of which leaves chains that verify. The watchdog's journal goes first and takes the operators' along by its
 * word, so that nobody ever reads a part of one without the part of the other that belongs to it.
 */
import { existsSync } from 'node:fs'
import { decidesAlike } from '#domain/audit/decides-alike.ts'
import { auditLineOf } from '#domain/audit/log-line.ts'
import { heldFrom, planRetention } from '#domain/audit/retention.ts'
import type { Cut, PlanInput, RetentionPlan, RetentionRules } from '#domain/audit/retention.ts'
import { JOURNALS, type JournalName } from '#domain/audit/trail.ts'
import type { ChainAnchor } from '#domain/journal/chain.ts'
import type { EventTime, JournalRow, RestartAsk } from '#domain/journal/events.ts'
import { apply, emptyState, type JournalState } from '#domain/journal/fold.ts'
import { policySettingsOf, type PolicyConfig } from '#domain/policy/config.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { DurationMs } from '#domain/time.ts'
import { isDamage } from '#agent/store/journal-database.ts'
import { JournalPruner, type PruneWords } from '#agent/store/journal-pruner.ts'
import { journalPath } from '#agent/store/journal-paths.ts'
import { takeLock, type ProcessLock } from '#agent/store/process-lock.ts'
import type { Tell } from '#agent/store/told-journal.ts'
import { Trail } from './read-trail.ts'
import { verifyJournal, type JournalVerdict } from './verify-journal.ts'

export interface PruneOrder {
  readonly stateDir: string
  readonly policy: PolicyConfig
  readonly rules: RetentionRules
  readonly isDryRun: boolean
  readonly actor: RestartAsk['actor']
  readonly now: () => EventTime
  readonly tell: Tell
  readonly pause: (duration: DurationMs) => Promise<void>
}

export interface PrunedJournal {
  readonly journal: JournalName
  readonly file: string
  /** How many went, or would go. */
  readonly rows: number
  /** Beside those that tell of this prune. */
  readonly kept: number
  readonly bytesFreed: number
}

export type PruneAnswer =
  | { readonly kind: 'broken'; readonly verdicts: readonly JournalVerdict[] }
  | {
      readonly kind: 'pruned'
      readonly journals: readonly PrunedJournal[]
      readonly heldBy: RetentionPlan['heldBy']
    }

export async function pruneTrail(order: PruneOrder): Promise<PruneAnswer> {
  const { stateDir, isDryRun } = order
  if (isDryRun || !existsSync(stateDir)) return planOnly(order)
  const lock = await alone(stateDir)
  try {
    return await planAndPrune(order)
  } finally {
    lock.release()
  }
}

function planOnly(order: PruneOrder): PruneAnswer {
  const verdicts = verify(order)
  if (isBroken(verdicts)) return { kind: 'broken', verdicts }
  const plan = planFor(order)
  return { kind: 'pruned', journals: verdicts.map((one) => planned(one, plan)), heldBy: plan.heldBy }
}

async function planAndPrune(order: PruneOrder): Promise<PruneAnswer> {
  const verdicts = verify(order)
  if (isBroken(verdicts)) return { kind: 'broken', verdicts }
  const { cuts, unfinished, heldBy } = planFor(order)
  const work = new Work(order)
  try {
    if (unfinished !== null) await work.finish(unfinished)
    for (const cut of cuts) await work.cut(cut)
    const journals: PrunedJournal[] = []
    for (const one of verdicts) journals.push(await work.done(one))
    return { kind: 'pruned', journals, heldBy }
  } finally {
    work.close()
  }
}

async function alone(stateDir: string): Promise<ProcessLock> {
  try {
    return await takeLock(stateDir, 'prune')
  } catch (cause) {
    if (!(cause instanceof HoldfastProblem) || cause.code !== 'already_running') throw cause
    throw new HoldfastProblem('prune_running', cause.detail, { cause })
  }
}

function verify({ stateDir }: PruneOrder): JournalVerdict[] {
  return JOURNALS.map((journal) => verifyJournal(stateDir, journal))
}

/** What is left of a chain that does not verify is evidence. */
function isBroken(verdicts: readonly JournalVerdict[]): boolean {
  return verdicts.some(({ fault }) => fault !== null)
}

interface Plan extends RetentionPlan {
  readonly unfinished: ChainAnchor | null
}

/**
 * What waits in a spool for room is not looked at: it stands at the end, is of now, and what it has ended counts as
 * open until it is taken over.
 */
function planFor({ stateDir, policy, rules, now: readNow }: PruneOrder): Plan {
  const trail = new Trail(stateDir)
  const now = readNow()
  try {
    const coming = { boot: now.boot, in: JOURNALS }
    const plan = planRetention(trail.entries(policy, { coming }), { rules, policy, now })
    return { ...proved(plan, trail, { policy, now }), unfinished: trail.unfinished }
  } finally {
    trail.close()
  }
}

/** As far as whoever reads what is left of it, after any step, decides as if nothing had gone. */
function proved(
  plan: RetentionPlan,
  trail: Trail,
  { policy, now }: Pick<PlanInput, 'policy' | 'now'>,
): RetentionPlan {
  const wholes = new Map<string, JournalState>()
  const failed = plan.cuts.findIndex(({ last }) => {
    // Where it is pruned, a journal has a row of the present boot afterwards, by which its boots are ordered.
    const pruned = JOURNALS.filter((journal) => last[journal] !== null)
    const coming = { boot: now.boot, in: pruned }
    const whole = wholes.get(pruned.join()) ?? stateOf(trail.rows({ coming }))
    wholes.set(pruned.join(), whole)
    return !decidesAlike(whole, stateOf(trail.rows({ coming, after: last })), policy, now)
  })
  return failed === -1 ? plan : heldFrom(plan, failed)
}

/** By every row, as the watchdog reads them: also by those that this release understands in part. */
function stateOf(rows: Iterable<JournalRow>): JournalState {
  let state = emptyState
  for (const row of rows) state = apply(state, row)
  return state
}

function planned({ journal, file, rows, last }: JournalVerdict, { cuts, unfinished }: Plan): PrunedJournal {
  const goes = cuts.at(-1)?.last[journal] ?? (journal === 'agent' ? unfinished : null)
  const first = (last?.seq ?? 0) - rows
  const gone = goes === null ? 0 : goes.seq - first
  return { journal, file, rows: gone, kept: rows - gone, bytesFreed: 0 }
}

class Work {
  readonly #order: PruneOrder
  #turnSince: DurationMs
  readonly #pruners = new Map<
    JournalName,
    { pruner: JournalPruner; bytes: number; last: number; rows: number; told: number }
  >()

  constructor(order: PruneOrder) {
    this.#order = order
    this.#turnSince = order.now().monotonic
  }

  finish(front: ChainAnchor): Promise<void> {
    return this.#prune('agent', front, {})
  }

  async cut({ last: { watchdog, agent }, moment: { policy, contractVersion } }: Cut): Promise<void> {
    if (watchdog !== null) {
      await this.#prune('watchdog', watchdog, {
        contract_version: contractVersion,
        thresholds: policySettingsOf(policy),
        ...(agent === null ? {} : { operators: { rows: agent.seq, last_hash: agent.hash } }),
      })
    }
    if (agent !== null) await this.#prune('agent', agent, {})
  }

  async done({ journal, file, rows: before }: JournalVerdict): Promise<PrunedJournal> {
    const open = this.#pruners.get(journal)
    if (open === undefined) return { journal, file, rows: 0, kept: before, bytesFreed: 0 }
    await this.#guarded(journal, () => open.pruner.giveBack(() => this.#leaveTurn()))
    const { rows, told, bytes, pruner } = open
    const bytesFreed = Math.max(0, bytes - pruner.bytes())
    return { journal, file, rows, kept: pruner.rows() - told, bytesFreed }
  }

  close(): void {
    for (const { pruner } of this.#pruners.values()) pruner.close()
  }

  #prune(journal: JournalName, last: ChainAnchor, words: PruneWords): Promise<void> {
    return this.#guarded(journal, async () => {
      const open = this.#pruner(journal)
      // A step may take rows of one journal alone.
      if (open.last === last.seq) return
      const { actor, now, tell } = this.#order
      const said = { actor, command: COMMAND, ...words }
      const { row, rows } = open.pruner.prune(last, said, now)
      open.last = last.seq
      open.rows += rows
      open.told += 1
      const { message, details } = auditLineOf({ ...row, journal })
      tell('info', message, details)
      await this.#leaveTurn()
    })
  }

  #pruner(journal: JournalName) {
    const known = this.#pruners.get(journal)
    if (known !== undefined) return known
    const pruner = new JournalPruner(journalPath(this.#order.stateDir, journal))
    const opened = { pruner, bytes: pruner.bytes(), last: 0, rows: 0, told: 0 }
    this.#pruners.set(journal, opened)
    return opened
  }

  /** Who waits for the journal meanwhile is let in. */
  async #leaveTurn(): Promise<void> {
    const { now, pause } = this.#order
    if (now().monotonic - this.#turnSince < TURN_MS) return
    await pause(PAUSE_MS)
    this.#turnSince = now().monotonic
  }

  async #guarded(journal: JournalName, act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (cause) {
      if (cause instanceof HoldfastProblem) throw cause
      const path = journalPath(this.#order.stateDir, journal)
      const rows = [...this.#pruners.values()].reduce((sum, open) => sum + open.rows, 0)
      const left = rows === 0 ? 'nothing was pruned' : `${rows} rows were pruned before`
      const code = isDamage(cause) ? 'state_unreadable' : 'state_unwritable'
      throw new HoldfastProblem(code, `${path}: ${(cause as Error).message}; ${left}`, { cause })
    }
  }
}

/** No longer than that at a stretch, and then longer than the pause between two looks of one who waits. */
const TURN_MS: DurationMs = 30
const PAUSE_MS: DurationMs = 120
const COMMAND = 'holdfast prune'

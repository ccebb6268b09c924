/**
 * How much of the front of the audit trail may go (AU3): what is older than it has to be kept, and of which nothing
 * that is decided afterwards would have known. Both journals are cut at one place of their common order, so that
 * what is left reads like its end: the same boots in the same order, requests and attempts whole, and the same
 * restarts, guard and pause.. A place is no cut where something reaches over it (reaching.ts).
 */
import type { ChainAnchor } from '../journal/chain.ts'
import type { EventTime } from '../journal/events.ts'
import type { PolicyConfig } from '../policy/config.ts'
import type { DurationMs, EpochMs } from '../time.ts'
import { reach, Seen, type Hold, type Place, type Span } from './reaching.ts'
import type { AuditEntry, JournalName, Moment } from './trail.ts'

export interface RetentionRules {
  readonly keepMs: DurationMs
  readonly keepRows: number
  /** More than that go in several steps. */
  readonly rowsOfAStep?: number
}

/** A place between two rows of the trail. Each is a sound end by itself: whoever is interrupted has done a part. */
export interface Cut {
  /** Of each journal the last row that goes, by this cut and those before it; null: all of it stays. */
  readonly last: Readonly<Record<JournalName, ChainAnchor | null>>
  /** How many go, by this cut and those before it. */
  readonly rows: number
  /** When the first that goes by this cut was written. */
  readonly since: EpochMs
  /** What the rows before it say of the time right after them. */
  readonly moment: Pick<Moment, 'policy' | 'contractVersion'>
}

export interface RetentionPlan {
  /** One after the other, oldest first; none where nothing may go. */
  readonly cuts: readonly Cut[]
  /** What is still open and keeps rows that are old enough, and since when; null where nothing does. */
  readonly heldBy: { readonly why: Hold; readonly since: EpochMs; readonly rows: number } | null
}

/** Each step is one commit, for which the watchdog waits; and each is proved, for which what is left is read again. */
const ROWS_OF_A_STEP = 50_000
const STEPS_LIMIT = 8

export interface PlanInput {
  readonly rules: RetentionRules
  readonly policy: PolicyConfig
  readonly now: EventTime
}

export function planRetention(
  entries: Iterable<AuditEntry>,
  { rules, policy, now }: PlanInput,
): RetentionPlan {
  const seen = new Seen(now.wall - rules.keepMs)
  for (const entry of entries) seen.take(entry)
  const { rows } = seen
  const old = oldRows(seen, rules, seen.settledWall(now))
  const spans = seen.spans(policy, now)
  const cuts = cutsAt(rows, stepsUpTo(old, reach(spans, old), rules))
  const held = { old, cut: cuts.at(-1)?.rows ?? 0, oldByClock: oldRows(seen, rules, now.wall) }
  return { cuts, heldBy: heldBySpan(rows, spans, held) ?? heldByClock(rows, held) }
}

/** What is left of a plan whose step at that place must not be taken. */
export function heldFrom({ cuts, heldBy }: RetentionPlan, index: number): RetentionPlan {
  const taken = cuts[index - 1]?.rows ?? 0
  const rows = (cuts.at(-1)?.rows ?? 0) - taken + (heldBy?.rows ?? 0)
  return {
    cuts: cuts.slice(0, index),
    heldBy: { why: 'not_understood', since: cuts[index]?.since ?? 0, rows },
  }
}

/** Where nothing reaches over, as far apart as a step is long. */
function stepsUpTo(
  old: number,
  reaching: readonly (Span | null)[],
  { rowsOfAStep: atLeast = ROWS_OF_A_STEP }: RetentionRules,
): number[] {
  const rowsOfAStep = Math.max(atLeast, Math.ceil(old / STEPS_LIMIT))
  const steps: number[] = []
  let [stepAt, best] = [0, 0]
  for (let place = 1; place <= old; place += 1) {
    if (place - stepAt > rowsOfAStep && best > stepAt) {
      steps.push(best)
      stepAt = best
    }
    if (reaching[place] === null) best = place
  }
  return best > stepAt ? [...steps, best] : steps
}

/** How many of the front are old enough by age and by number. No row counts as older than one before it. */
function oldRows({ rows, youngRows }: Seen, { keepMs, keepRows }: RetentionRules, wall: EpochMs): number {
  const young = rows.findIndex((row) => row.wall >= wall - keepMs)
  return Math.min(young === -1 ? rows.length : young, placeBefore(rows, keepRows - youngRows))
}

/** Rows that tell of a prune are not counted: else each prune would push out some more. */
function placeBefore(rows: readonly Place[], keepRows: number): number {
  let place = rows.length
  for (let counted = 0; place > 0 && counted < keepRows; place -= 1) {
    if (rows[place - 1]?.isPruning === false) counted += 1
  }
  return place
}

function cutsAt(rows: readonly Place[], steps: readonly number[]): Cut[] {
  const cuts: Cut[] = []
  let from = 0
  for (const to of steps) {
    cuts.push(cutAt(rows, cuts.at(-1), from, to))
    from = to
  }
  return cuts
}

function cutAt(rows: readonly Place[], before: Cut | undefined, from: number, to: number): Cut {
  const last = { watchdog: before?.last.watchdog ?? null, agent: before?.last.agent ?? null }
  for (const { journal, anchor } of rows.slice(from, to)) last[journal] = anchor
  const [{ wall: since }, { moment }] = [rows[from] as Place, rows[to - 1] as Place]
  return { last, rows: to, since, moment }
}

interface Held {
  readonly old: number
  readonly cut: number
  readonly oldByClock: number
}

/** By the first that is still open, whatever else reaches over the same rows: that somebody can end. */
function heldBySpan(
  rows: readonly Place[],
  spans: readonly Span[],
  { old, cut }: Held,
): RetentionPlan['heldBy'] {
  const open = spans.filter(({ from, open: why }) => why !== undefined && from < old)
  const [first] = open.toSorted((one, other) => one.from - other.from)
  if (first?.open === undefined || cut === old) return null
  return { why: first.open, since: rows[first.from]?.wall ?? 0, rows: old - cut }
}

function heldByClock(rows: readonly Place[], { old, oldByClock }: Held): RetentionPlan['heldBy'] {
  if (oldByClock <= old) return null
  return { why: 'clock', since: rows[old]?.wall ?? 0, rows: oldByClock - old }
}

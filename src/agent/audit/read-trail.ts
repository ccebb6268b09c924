/** Both journals as one trail, as of one moment, row by row in bounded memory. */
import { auditEntries, firstMoment, type AuditEntry, type AuditRow } from '#domain/audit/trail.ts'
import type { JournalName } from '#domain/audit/trail.ts'
import { operatorsFront, pruningOf, type ChainAnchor } from '#domain/journal/chain.ts'
import { mergedRows, type JournalSide } from '#domain/journal/merge.ts'
import type { PolicyConfig } from '#domain/policy/config.ts'
import { unreadable } from '#agent/store/journal-database.ts'
import { openJournalFile, type JournalFile } from '#agent/store/journal-file.ts'
import { journalPath } from '#agent/store/journal-paths.ts'

/** `policy`: by what the watchdog worked before its journal first says so. Throws `state_unreadable`. */
export function* readTrail(stateDir: string, policy: PolicyConfig): Generator<AuditEntry> {
  const trail = new Trail(stateDir)
  try {
    yield* trail.entries(policy)
  } finally {
    trail.close()
  }
}

export interface TrailView {
  /** Of each journal, the last row that is taken for gone. */
  readonly after?: Readonly<Record<JournalName, ChainAnchor | null>>
  /** The journals that are about to have a row at their end, and the boot that it will be of. */
  readonly coming?: { readonly boot: string; readonly in: readonly JournalName[] }
}

/** May be read as often as need be: it stays as of the moment at which it was opened. */
export class Trail {
  readonly #agent: OpenJournal
  readonly #watchdog: OpenJournal
  /** What of the operators' journal is gone by the watchdog's word and still stands there: a prune was interrupted. */
  readonly unfinished: ChainAnchor | null

  constructor(stateDir: string) {
    // The watchdog's last: where both were pruned in between, it says so of the other as well.
    this.#agent = open(stateDir, 'agent')
    let watchdog: OpenJournal | null = null
    try {
      watchdog = open(stateDir, 'watchdog')
      this.unfinished = frontStillIn(this.#agent, frontToldBy(watchdog))
    } catch (error) {
      for (const opened of [this.#agent, watchdog]) opened?.file?.close()
      throw error
    }
    this.#watchdog = watchdog
  }

  entries(policy: PolicyConfig, view: TrailView = {}): Iterable<AuditEntry> {
    // What the removed rows said of the time right after them.
    const pruning = pruningOf(rowsOf(this.#watchdog))
    return auditEntries(this.rows(view), firstMoment(policy, pruning?.event))
  }

  rows(view: TrailView = {}): Iterable<AuditRow> {
    return mergedRows(sideOf(this.#watchdog, view), sideOf(this.#agent, view, this.unfinished))
  }

  close(): void {
    this.#agent.file?.close()
    this.#watchdog.file?.close()
  }
}

interface OpenJournal {
  readonly journal: JournalName
  readonly path: string
  readonly file: JournalFile | null
}

function open(stateDir: string, journal: JournalName): OpenJournal {
  const path = journalPath(stateDir, journal)
  try {
    return { journal, path, file: openJournalFile(path) }
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function sideOf(
  opened: OpenJournal,
  { after, coming }: TrailView,
  front: ChainAnchor | null = null,
): JournalSide<AuditRow> {
  const lastPlaces = new Map(opened.file?.lastPlaces())
  if (coming?.in.includes(opened.journal) === true) lastPlaces.set(coming.boot, Infinity)
  return { rows: behind(rowsOf(opened), after?.[opened.journal] ?? front), lastPlaces }
}

function* behind(rows: Iterable<AuditRow>, front: ChainAnchor | null): Generator<AuditRow> {
  for (const row of rows) if (row.seq > (front?.seq ?? Number.NEGATIVE_INFINITY)) yield row
}

function frontToldBy(watchdog: OpenJournal): ChainAnchor | null {
  let front: ChainAnchor | null = null
  for (const row of rowsOf(watchdog)) front = operatorsFront(row) ?? front
  return front
}

/** Null also where it is gone, or the journal is of another history. */
function frontStillIn(opened: OpenJournal, front: ChainAnchor | null): ChainAnchor | null {
  if (front === null) return null
  for (const { seq, hash } of rowsOf(opened)) if (seq === front.seq) return hash === front.hash ? front : null
  return null
}

function* rowsOf({ journal, path, file }: OpenJournal): Generator<AuditRow> {
  try {
    for (const row of file?.rows() ?? []) yield { ...row, journal }
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

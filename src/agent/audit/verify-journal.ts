/** One journal held against itself (AU2): its file, its chain, row by row, and the marker beside it. */
import type { LoggedChain, LogVerdict } from '#domain/audit/against-log.ts'
import type { JournalName } from '#domain/audit/trail.ts'
import {
  anchorAfter,
  anchorIn,
  GENESIS,
  pruningOf,
  verifyChain,
  type ChainFault,
  type PrunedRow,
} from '#domain/journal/chain.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { utcText } from '#domain/time.ts'
import { isDamage, unreadable } from '#agent/store/journal-database.ts'
import { asideCount, type MarkerReading } from '#agent/store/journal-files.ts'
import { openJournalFile, type JournalFile } from '#agent/store/journal-file.ts'
import { journalPath } from '#agent/store/journal-paths.ts'
import { sha256 } from '#agent/store/row-hash.ts'

export interface JournalVerdict {
  readonly journal: JournalName
  readonly file: string
  readonly rows: number
  /** Null where there is none. */
  readonly last: { readonly seq: number; readonly hash: string } | null
  /** The front that retention removed; what is left begins right after it. */
  readonly pruned: PrunedFront | null
  readonly fault: JournalFault | null
  /** What the log stream tells of it; null where it was not asked, or the file could not be read. */
  readonly log: LogVerdict | null
}

export interface PrunedFront {
  readonly rows: number
  /** When the last of them was written; null: an earlier release did not say. */
  readonly until: string | null
  readonly at: string
  readonly by: string | null
  /** Null: an earlier release did not say. */
  readonly command: string | null
}

export interface JournalFault {
  /** The first row that is wrong; null where it is the file as a whole. */
  readonly seq: number | null
  readonly kind: ChainFault | 'unreadable' | 'marker_missing' | 'marker_unreadable'
  readonly detail: string
}

/** `logged`: read before, so that no row can be in the log and not yet in the file. */
export function verifyJournal(
  stateDir: string,
  journal: JournalName,
  logged: LoggedChain | null = null,
): JournalVerdict {
  const path = journalPath(stateDir, journal)
  const nothing = { journal, file: path, rows: 0, last: null, pruned: null, log: null }
  let file: JournalFile | null = null
  try {
    file = openJournalFile(path)
    if (file !== null) return { ...nothing, ...verdictOn(file), log: logVerdict(file, path, logged) }
    return { ...nothing, fault: null, log: logged?.compare([], GENESIS, 0) ?? null }
  } catch (cause) {
    // What a newer release has written is not broken; it cannot be judged here.
    if (cause instanceof HoldfastProblem || !isDamage(cause)) throw unreadable(path, cause)
    return { ...nothing, fault: { seq: null, kind: 'unreadable', detail: (cause as Error).message } }
  } finally {
    file?.close()
  }
}

type ChainSide = Pick<JournalVerdict, 'rows' | 'last' | 'pruned' | 'fault'>

function verdictOn(file: JournalFile): ChainSide {
  const { marker, rowCount } = file
  const pruning = pruningOf(file.rows())
  const head = marker.kind === 'head' && marker.head.seq > 0 ? marker.head : null
  const verdict = verifyChain(file.rows(), sha256, anchorAfter(pruning), head)
  const pruned = pruning === null ? null : frontOf(pruning)
  if (!verdict.ok) {
    const { seq, fault: kind, detail } = verdict
    return { rows: rowCount, last: null, pruned, fault: { seq, kind, detail } }
  }
  const last = verdict.rows === 0 ? null : verdict.last
  return { rows: rowCount, last, pruned, fault: last === null ? null : markerFault(marker) }
}

function frontOf({ event, time }: PrunedRow): PrunedFront {
  const { rows, last_at: lastAt, actor, command } = event
  return {
    rows,
    until: lastAt === undefined ? null : utcText(lastAt),
    at: utcText(time.wall),
    by: actor?.name ?? null,
    command: command ?? null,
  }
}

function logVerdict(file: JournalFile, path: string, logged: LoggedChain | null): LogVerdict | null {
  return logged?.compare(file.rows(), anchorIn(file.rows()), asideCount(path)) ?? null
}

/** Without it the rest may be sound, but nobody could say that nothing is missing at the end. */
function markerFault(marker: MarkerReading): JournalFault | null {
  switch (marker.kind) {
    case 'head':
      return null
    case 'missing':
      return { seq: null, kind: 'marker_missing', detail: 'its marker is not beside it' }
    case 'unreadable':
      return { seq: null, kind: 'marker_unreadable', detail: marker.detail }
  }
}

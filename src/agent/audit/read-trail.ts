/** Both journals as one trail, as of one moment, row by row in bounded memory. */
import { auditEntries, firstMoment, JOURNALS, type AuditEntry, type AuditRow } from '#domain/audit/trail.ts'
import type { JournalName } from '#domain/audit/trail.ts'
import { mergedRows, type JournalSide } from '#domain/journal/merge.ts'
import type { PolicyConfig } from '#domain/policy/config.ts'
import { unreadable } from '#agent/store/journal-database.ts'
import { openJournalFile, type JournalFile } from '#agent/store/journal-file.ts'
import { journalPath } from '#agent/store/journal-paths.ts'

/** `policy`: by what the watchdog worked before its journal first says so. Throws `state_unreadable`. */
export function* readTrail(stateDir: string, policy: PolicyConfig): Generator<AuditEntry> {
  const files: OpenJournal[] = []
  try {
    for (const journal of JOURNALS) files.push(open(stateDir, journal))
    const [one, other] = files.map(sideOf)
    const none = { rows: [], lastPlaces: new Map() }
    yield* auditEntries(mergedRows(one ?? none, other ?? none), firstMoment(policy))
  } finally {
    for (const { file } of files) file?.close()
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

function sideOf(opened: OpenJournal): JournalSide<AuditRow> {
  return { rows: rowsOf(opened), lastPlaces: opened.file?.lastPlaces() ?? new Map() }
}

function* rowsOf({ journal, path, file }: OpenJournal): Generator<AuditRow> {
  try {
    for (const row of file?.rows() ?? []) yield { ...row, journal }
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

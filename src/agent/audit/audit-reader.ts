/**
 * The audit trail for the agent's own answers: as the commands read it, but in slices, since whoever reads it must not
 * hold up probes and samples meanwhile. A row costs some 16 microseconds, and the trail is read from its beginning:
 * what a row says depends on all before it.
 */
import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { exportHead, exportLine, type ExportFormat } from '#domain/audit/export.ts'
import { matchesAudit, type AuditFilter } from '#domain/audit/filter.ts'
import { auditRecordOf, type AuditRecord } from '#domain/audit/record.ts'
import type { AuditEntry, AuditRow, JournalName } from '#domain/audit/trail.ts'
import type { PolicyConfig } from '#domain/policy/config.ts'
import { auditVerification, type AuditPage, type AuditVerification } from '#domain/schemas/audit-api.ts'
import { isoText, type DurationMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { judgeJournals } from './judge-journals.ts'
import { Trail } from './read-trail.ts'

/** A row of the trail, by which a page goes on. */
export interface AuditPlace {
  readonly journal: JournalName
  readonly seq: number
}

export interface AuditAsk {
  readonly filter: AuditFilter
  readonly limit: number
  /** Only what stands before it; null: from the newest on. */
  readonly before: AuditPlace | null
}

const ROWS_AT_ONCE = 200

/** An open export holds on to the files as they were; nobody takes longer who means to read it. */
const EXPORT_MS_LIMIT: DurationMs = 60_000

/** Each look takes the hash of every row: whoever asks on and on is told the same for a while. */
const VERDICT_KEPT_MS: DurationMs = 10_000

export class AuditReader {
  readonly #stateDir: string
  readonly #policy: PolicyConfig
  readonly #clock: Clock
  // One at a time: several at once would only make each take longer.
  #turn: Promise<unknown> = Promise.resolve()
  #verdict: { readonly told: AuditVerification; readonly until: number } | null = null

  constructor({ stateDir, policy, clock }: { stateDir: string; policy: PolicyConfig; clock: Clock }) {
    this.#stateDir = stateDir
    this.#policy = policy
    this.#clock = clock
  }

  page(asked: AuditAsk): Promise<AuditPage> {
    return this.#inTurn(async () => {
      const trail = new Trail(this.#stateDir)
      try {
        return await pageOf(trail.entries(this.#policy), asked)
      } finally {
        trail.close()
      }
    })
  }

  /** Fails before its first line or, once begun, by ending early, which no reader takes for an end. */
  export(format: ExportFormat, filter: AuditFilter): Readable {
    const trail = new Trail(this.#stateDir)
    const lines = Readable.from(exportLines(trail.entries(this.#policy), format, filter))
    const tooLong = setTimeout(() => lines.destroy(new Error('the export took too long')), EXPORT_MS_LIMIT)
    return lines.once('close', () => {
      clearTimeout(tooLong)
      trail.close()
    })
  }

  verify(): Promise<AuditVerification> {
    return this.#inTurn(async () => {
      const now = this.#clock.monotonicNow()
      if (this.#verdict === null || this.#verdict.until <= now) {
        const verdict = judgeJournals(this.#stateDir)
        const told = auditVerification.parse({ ...verdict, checked_at: isoText(this.#clock.wallNow()) })
        this.#verdict = { told, until: now + VERDICT_KEPT_MS }
      }
      return this.#verdict.told
    })
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const acted = this.#turn.then(act)
    this.#turn = acted.catch(() => {})
    return acted
  }
}

/** Newest first, of what stands before `before`: nothing where that row is gone, and with it all before it. */
async function pageOf(
  entries: Iterable<AuditEntry>,
  { filter, limit, before }: AuditAsk,
): Promise<AuditPage> {
  const records: AuditRecord[] = []
  let isFound = before === null
  for await (const entry of inSlices(entries)) {
    if (before !== null && isAt(entry.row, before)) {
      isFound = true
      break
    }
    const record = auditRecordOf(entry)
    if (!matchesAudit(filter, record)) continue
    records.push(record)
    // One more than asked tells that there is more.
    if (records.length > limit + 1) records.shift()
  }
  if (!isFound) return { rows: [], next: null }
  const rows = records.slice(-limit).toReversed()
  const oldest = rows.at(-1)
  return { rows, next: oldest !== undefined && records.length > limit ? placeText(oldest) : null }
}

async function* exportLines(
  entries: Iterable<AuditEntry>,
  format: ExportFormat,
  filter: AuditFilter,
): AsyncGenerator<string> {
  yield exportHead(format)
  for await (const entry of inSlices(entries)) {
    const record = auditRecordOf(entry)
    if (matchesAudit(filter, record)) yield exportLine(format, record, entry.row)
  }
}

async function* inSlices<T>(items: Iterable<T>): AsyncGenerator<T> {
  let count = 0
  for (const item of items) {
    yield item
    count += 1
    if (count % ROWS_AT_ONCE === 0) await nextTurn()
  }
}

function isAt({ journal, seq }: AuditRow, place: AuditPlace): boolean {
  return journal === place.journal && seq === place.seq
}

export function placeText({ journal, seq }: AuditPlace): string {
  return `${journal}.${seq}`
}

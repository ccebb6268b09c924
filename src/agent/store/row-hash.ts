/**
 * The bytes that a row's hash is taken over. Keys are sorted at every depth, so that two writers of the same
 * row, or one that has read it back from a file, arrive at the same bytes. Everything of the row but the hash
 * itself is in them, the previous hash too: an edited, dropped or reordered row breaks every later one.
 */
import { hash } from 'node:crypto'
import type { EventTime, JournalEvent } from '#domain/journal/events.ts'

export interface UnhashedRow {
  readonly seq: number
  readonly id: string
  readonly time: EventTime
  readonly event: JournalEvent
  readonly previous_hash: string
}

export type RowHash = (row: UnhashedRow) => string

/** What stands before the first row of a history. */
export const NO_HASH = '0'.repeat(64)

export const sha256OfRow: RowHash = ({ seq, id, time, event, previous_hash }) =>
  hash('sha256', canonicalJson({ seq, id, time, event, previous_hash }), 'hex')

export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (isRecord(part) ? sortedByKey(part) : part))
}

function isRecord(part: unknown): part is Record<string, unknown> {
  return typeof part === 'object' && part !== null && !Array.isArray(part)
}

/** By code unit, not by locale: the order must be the same on every machine. */
function sortedByKey(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

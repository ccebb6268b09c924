/**
 * The hash chain of a journal (AU2). Each row's hash is taken over everything in the row and over the hash
 * before it, so a row that is edited, dropped, inserted or moved no longer fits to its neighbours, and the
 * first that does not is named. Whoever can rewrite every row after it can make a chain that fits again:
 * that is found only against a copy elsewhere (the log stream carries each hash).
 *
 * Pruning cuts the front off. The anchor says where the cut was: how many rows are gone, and the last hash
 * of those. What is left must begin exactly there, so a pruned chain is verified like a whole one. The
 * `pruned` event says the same within the chain, and is checked against it.
 */
import type { JournalEvent, JournalRow } from './events.ts'

/** Of text, as lower-case hexadecimal; SHA-256 wherever it is real. */
export type Hash = (text: string) => string

export interface ChainAnchor {
  /** The last row that is no longer there; 0 for a whole chain. */
  readonly seq: number
  readonly hash: string
}

/** What the first row of a chain follows. */
export const GENESIS: ChainAnchor = { seq: 0, hash: '0'.repeat(64) }

export type ChainFault = 'edited' | 'dropped' | 'inserted' | 'reordered' | 'cut_elsewhere' | 'cut_off'

export type ChainVerdict =
  | { readonly ok: true; readonly rows: number; readonly last: ChainAnchor }
  | {
      readonly ok: false
      /** The first row that does not fit. */
      readonly seq: number
      readonly fault: ChainFault
      readonly detail: string
    }

type Unhashed = Omit<JournalRow, 'hash'>

/** The next row of a chain: all that is missing to an event is its place. */
export function chainRow(
  before: ChainAnchor,
  row: { readonly id: string; readonly time: JournalRow['time']; readonly event: JournalEvent },
  hash: Hash,
): JournalRow {
  const unhashed: Unhashed = { seq: before.seq + 1, ...row, previous_hash: before.hash }
  return { ...unhashed, hash: rowHash(unhashed, hash) }
}

export function anchorOf({ seq, hash }: JournalRow): ChainAnchor {
  return { seq, hash }
}

export function rowHash({ seq, id, time, event, previous_hash }: Unhashed, hash: Hash): string {
  return hash(canonicalText({ seq, id, time, event, previous_hash }))
}

/**
 * One text for one value, whatever order its keys were written in: keys sorted by code unit, no blanks,
 * numbers and strings as JSON has them. What JSON would leave out or bend (undefined, NaN) has no text.
 */
export function canonicalText(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`
  if (typeof value === 'object') {
    const fields = value as Readonly<Record<string, unknown>>
    let text = ''
    // By code unit, as a sort without a comparison has it.
    for (const key of Object.keys(fields).toSorted()) {
      text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalText(fields[key])}`
    }
    return `{${text}}`
  }
  throw new TypeError(`a ${typeof value === 'number' ? String(value) : typeof value} has no canonical text`)
}

/**
 * Rows in the order in which they are stored, each looked at once. `anchor` says what stood before the first of
 * them; `head` the newest row that is known from elsewhere, without which a missing end cannot be seen.
 */
export function verifyChain(
  rows: Iterable<JournalRow>,
  hash: Hash,
  anchor: ChainAnchor = GENESIS,
  head: ChainAnchor | null = null,
): ChainVerdict {
  let last = anchor
  let count = 0
  let headHash: string | null = null
  for (const [row, next] of withNext(rows)) {
    const fault = rowFault(row, last, next, hash, count === 0)
    if (fault !== null) return { ok: false, ...fault }
    last = anchorOf(row)
    count += 1
    if (row.seq === head?.seq) headHash = row.hash
  }
  const fault = head === null ? null : headFault(headHash, last, head)
  return fault === null ? { ok: true, rows: count, last } : { ok: false, ...fault }
}

function* withNext<T>(items: Iterable<T>): Generator<[T, T | undefined]> {
  let held: { readonly item: T } | null = null
  for (const item of items) {
    if (held !== null) yield [held.item, item]
    held = { item }
  }
  if (held !== null) yield [held.item, undefined]
}

/** Removes from the front: written and durable before the rows go. */
export function prunedEvent(lastRemoved: ChainAnchor): Extract<JournalEvent, { type: 'pruned' }> {
  // Places are counted from 1, so the last that is gone is also how many are gone in all.
  return { type: 'pruned', rows: lastRemoved.seq, last_hash: lastRemoved.hash }
}

/**
 * Where the stored rows begin, by their own word. A chain that begins later than at its first row without
 * a `pruned` event for exactly that place has lost its front: it is measured from the beginning, and fails.
 */
export function anchorIn(rows: Iterable<JournalRow>): ChainAnchor {
  return anchorAfter(pruningOf(rows))
}

export function anchorAfter(pruning: PrunedRow | null): ChainAnchor {
  return pruning === null ? GENESIS : { seq: pruning.event.rows, hash: pruning.event.last_hash }
}

export type PrunedRow = JournalRow & { readonly event: Extract<JournalEvent, { type: 'pruned' }> }

/** The row that tells of the prune after which the first row came to stand first; null where there is none. */
export function pruningOf(rows: Iterable<JournalRow>): PrunedRow | null {
  let before: number | null = null
  for (const row of rows) {
    before ??= row.seq - 1
    if (before === 0) return null
    if (row.event.type === 'pruned' && row.event.rows === before) return row as PrunedRow
  }
  return null
}

/**
 * Of the operators' journal, the last row that a prune of the watchdog's has taken along; null: none. The one is cut
 * in one commit and the other in the next: what stands there until then is gone all the same.
 */
export function operatorsFront({ event }: JournalRow): ChainAnchor | null {
  if (event.type !== 'pruned' || event.operators === undefined) return null
  return { seq: event.operators.rows, hash: event.operators.last_hash }
}

type Fault = Omit<Extract<ChainVerdict, { ok: false }>, 'ok'>

function rowFault(
  row: JournalRow,
  last: ChainAnchor,
  next: JournalRow | undefined,
  hash: Hash,
  isFirst: boolean,
): Fault | null {
  const wanted = last.seq + 1
  // Its own hash first: a number or a link that was tampered with is an edit, wherever the row stands.
  if (hashOrNull(row, hash) !== row.hash) {
    // Its number may be what was edited; then the row after it says which it was.
    const seq = next?.seq === wanted + 1 ? wanted : row.seq
    const place = placeItFits(row, wanted, hash)
    if (place !== null)
      return { seq, fault: 'reordered', detail: `row ${place} stands in the place of row ${seq}` }
    return { seq, fault: 'edited', detail: `row ${seq} is not what its hash was taken over` }
  }
  if (row.seq > wanted) return gapFault(row, wanted, next)
  if (row.seq < wanted) {
    const detail = `row ${row.seq} stands after row ${last.seq}`
    return { seq: row.seq, fault: row.seq === last.seq ? 'inserted' : 'reordered', detail }
  }
  if (row.previous_hash !== last.hash) {
    const detail = isFirst
      ? `row ${row.seq} does not follow what the chain is said to begin after`
      : `row ${row.seq} does not follow the row before it`
    return { seq: row.seq, fault: isFirst ? 'cut_elsewhere' : 'inserted', detail }
  }
  return null
}

/** A row that is missing here and comes right after was moved; else it is gone. */
function gapFault(row: JournalRow, wanted: number, next: JournalRow | undefined): Fault {
  if (next?.seq === wanted) {
    return { seq: wanted, fault: 'reordered', detail: `row ${wanted} stands after row ${row.seq}` }
  }
  const gone = row.seq - 1 === wanted ? `row ${wanted} is` : `rows ${wanted} to ${row.seq - 1} are`
  return { seq: wanted, fault: 'dropped', detail: `${gone} missing before row ${row.seq}` }
}

/**
 * Where rows are stored by their number, one that was moved bears the number of its new place. Its hash still
 * knows the old one. Null also where it was its number alone that was edited: then it stands where it belongs.
 */
function placeItFits(row: JournalRow, wanted: number, hash: Hash): number | null {
  for (let distance = 0; distance <= PLACES_TRIED; distance += 1) {
    for (const seq of [wanted - distance, wanted + distance]) {
      if (hashOrNull({ ...row, seq }, hash) === row.hash) return distance === 0 ? null : seq
    }
  }
  return null
}

/** On either side; a row from further away is called edited, which it is as well. */
const PLACES_TRIED = 1_000

function headFault(headHash: string | null, last: ChainAnchor, head: ChainAnchor): Fault | null {
  if (last.seq < head.seq) {
    return {
      seq: last.seq + 1,
      fault: 'cut_off',
      detail: `the chain ends with row ${last.seq}; row ${head.seq} is known from elsewhere`,
    }
  }
  const known = last.seq === head.seq ? last.hash : headHash
  return known === null || known === head.hash
    ? null
    : {
        seq: head.seq,
        fault: 'edited',
        detail: `row ${head.seq} is another than the one known from elsewhere`,
      }
}

/** A row that somebody made unhashable has been edited. */
function hashOrNull(row: JournalRow, hash: Hash): string | null {
  try {
    return rowHash(row, hash)
  } catch {
    return null // Only canonicalText refuses, and it refuses what no writer can have written.
  }
}

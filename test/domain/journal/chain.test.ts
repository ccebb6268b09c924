import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  anchorIn,
  anchorOf,
  canonicalText,
  chainRow,
  GENESIS,
  prunedEvent,
  verifyChain,
  type ChainFault,
} from '#domain/journal/chain.ts'
import { journalRow, type JournalEvent, type JournalRow } from '#domain/journal/events.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const actor = { name: 'local:ops', ip: null }

function extend(rows: readonly JournalRow[], event: JournalEvent): JournalRow[] {
  const last = rows.at(-1)
  const seq = (last?.seq ?? 0) + 1
  const time = { wall: 1_770_000_000_000 + seq, monotonic: seq, boot: 'b1' }
  return [
    ...rows,
    chainRow(last === undefined ? GENESIS : anchorOf(last), { id: `e${seq}`, time, event }, sha256),
  ]
}

function chainOf(length: number): JournalRow[] {
  let rows: JournalRow[] = []
  for (let index = 0; index < length; index += 1) {
    rows = extend(rows, { type: 'paused', actor, reason: `work ${index}`, until: null })
  }
  return rows
}

function fault(
  rows: readonly JournalRow[],
  anchor = GENESIS,
  head: Parameters<typeof verifyChain>[3] = null,
) {
  const verdict = verifyChain(rows, sha256, anchor, head)
  return verdict.ok ? null : { seq: verdict.seq, fault: verdict.fault }
}

const withReason = (row: JournalRow, reason: string): JournalRow => ({
  ...row,
  event: { type: 'paused', actor, reason, until: null },
})

test('AU2 a chain that nobody touched is whole, also after it was stored as JSON', () => {
  const rows = chainOf(5)
  const last = rows.at(-1)
  expect(verifyChain(rows, sha256)).toEqual({ ok: true, rows: 5, last: last && anchorOf(last) })
  const stored = rows.map((row) => journalRow.parse(JSON.parse(JSON.stringify(row))))
  expect(verifyChain(stored, sha256).ok).toBe(true)
  expect(verifyChain([], sha256)).toEqual({ ok: true, rows: 0, last: GENESIS })
})

test.each<[string, unknown, string]>([
  ['keys are sorted, at every depth', { b: { d: 1, c: 2 }, a: [] }, '{"a":[],"b":{"c":2,"d":1}}'],
  ['numbers are as JSON has them', [1, 1e21, -0, 0.1], '[1,1e+21,0,0.1]'],
  ['text is escaped', '"\n', String.raw`"\"\n"`],
])('AU2 canonical text: %s', (_title, value, text) => {
  expect(canonicalText(value)).toBe(text)
})

test.each([undefined, Number.NaN, Infinity, { a: undefined }, [1n]])(
  'AU2 %s has no canonical text',
  (value) => {
    expect(() => canonicalText(value)).toThrow('canonical')
  },
)

test('AU2 canonical text says the same as JSON, and is the same for the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalText(value))).toEqual(JSON.parse(JSON.stringify(value)))
      expect(canonicalText(JSON.parse(canonicalText(value)))).toBe(canonicalText(value))
    }),
  )
})

interface Tampered {
  rows: JournalRow[]
  seq: number
  faults: ChainFault[]
}

const LENGTH = 8
const original = chainOf(LENGTH)
const at = (index: number): JournalRow => original[index] as JournalRow
const place = fc.nat({ max: LENGTH - 1 })

const edits: ((row: JournalRow) => JournalRow)[] = [
  (row) => withReason(row, 'nothing'),
  (row) => ({ ...row, seq: row.seq + 40 }),
  (row) => ({ ...row, id: 'other' }),
  (row) => ({ ...row, time: { ...row.time, wall: row.time.wall + 1 } }),
  (row) => ({ ...row, time: { ...row.time, boot: 'b2' } }),
  (row) => ({ ...row, previous_hash: sha256('other') }),
  (row) => ({ ...row, hash: sha256('other') }),
  (row) => ({ ...row, time: { ...row.time, monotonic: Number.NaN } }),
]

const edited: fc.Arbitrary<Tampered> = fc
  .tuple(fc.nat({ max: LENGTH - 2 }), fc.constantFrom(...edits))
  .map(([index, edit]) => ({
    rows: original.map((row, other) => (other === index ? edit(row) : row)),
    seq: index + 1,
    faults: ['edited'],
  }))

/** Whoever edits and takes the hash anew no longer fits to the row that follows. */
const rehashed: fc.Arbitrary<Tampered> = fc.nat({ max: LENGTH - 2 }).map((index) => {
  const { id, time } = at(index)
  const before = index === 0 ? GENESIS : anchorOf(at(index - 1))
  const event: JournalEvent = { type: 'paused', actor, reason: 'nothing', until: null }
  const other = chainRow(before, { id, time, event }, sha256)
  return { rows: original.with(index, other), seq: index + 2, faults: ['inserted'] }
})

const dropped: fc.Arbitrary<Tampered> = fc.nat({ max: LENGTH - 2 }).map((index) => ({
  rows: original.toSpliced(index, 1),
  seq: index + 1,
  faults: ['dropped'],
}))

const swapped: fc.Arbitrary<Tampered> = fc
  .tuple(place, place)
  .filter(([one, other]) => one < other)
  .map(([one, other]) => ({
    rows: original.with(one, at(other)).with(other, at(one)),
    seq: one + 1,
    faults: ['reordered', 'dropped'],
  }))

const inserted: fc.Arbitrary<Tampered> = fc.tuple(place, place).map(([index, copied]) => ({
  rows: original.toSpliced(index, 0, at(copied)),
  // An older copy is named by its own number, a younger one by that of the row whose place it takes.
  seq: Math.min(copied, index) + 1,
  faults: ['inserted', 'reordered', 'dropped'],
}))

test('AU2 any single edit, drop, swap or insertion is found and the first row is named', () => {
  fc.assert(
    fc.property(fc.oneof(edited, rehashed, dropped, swapped, inserted), ({ rows, seq, faults }) => {
      const found = fault(rows)
      expect(found?.seq).toBe(seq)
      expect(faults).toContain(found?.fault)
    }),
    { numRuns: 500 },
  )
})

test('AU2 two neighbours that were swapped are called reordered', () => {
  expect(fault(original.with(2, at(3)).with(3, at(2)))).toEqual({ seq: 3, fault: 'reordered' })
})

/** As a store holds them that orders by number: whoever moves a row has to give it the number of its place. */
test('AU2 rows that changed places and numbers are called reordered, however far apart', () => {
  for (const [one, other] of [
    [2, 3],
    [0, 5],
    [1, 6],
  ] as const) {
    const moved = original
      .with(one, { ...at(other), seq: one + 1 })
      .with(other, { ...at(one), seq: other + 1 })
    expect(fault(moved)).toEqual({ seq: one + 1, fault: 'reordered' })
  }
})

test('AU2 rows are read once, one after the other', () => {
  function* once() {
    yield* original
  }
  expect(verifyChain(once(), sha256)).toMatchObject({ ok: true, rows: LENGTH })
})

test('AU2 a missing end is found against what is known from elsewhere, and only there', () => {
  const cut = original.slice(0, -2)
  expect(fault(cut)).toBeNull()
  expect(fault(cut, GENESIS, anchorOf(at(7)))).toEqual({ seq: 7, fault: 'cut_off' })
  expect(fault(original, GENESIS, { seq: 8, hash: sha256('other') })).toEqual({ seq: 8, fault: 'edited' })
  expect(fault(original, GENESIS, anchorOf(at(5)))).toBeNull()
})

test('AU3 a pruned chain is verified from where it was cut, and from nowhere else', () => {
  const pruned = extend(original, prunedEvent(anchorOf(at(4)))).slice(5)
  expect(anchorIn(pruned)).toEqual(anchorOf(at(4)))
  expect(fault(pruned, anchorIn(pruned))).toBeNull()
  const more = pruned.slice(1)
  expect(fault(more, anchorIn(more))).toEqual({ seq: 1, fault: 'dropped' })
  expect(fault(pruned, { seq: 5, hash: sha256('other') })).toEqual({ seq: 6, fault: 'cut_elsewhere' })
})

test('AU3 a chain that was pruned twice still is whole, one whose prune was interrupted too', () => {
  const once = extend(original, prunedEvent(anchorOf(at(2)))).slice(3)
  const interrupted = extend(once, prunedEvent(anchorOf(at(5))))
  expect(fault(interrupted, anchorIn(interrupted))).toBeNull()
  const twice = interrupted.slice(3)
  expect(twice[0]?.seq).toBe(7)
  expect(fault(twice, anchorIn(twice))).toBeNull()
})

test('AU3 any single tampering with a pruned chain is found as well', () => {
  const pruned = extend(original, prunedEvent(anchorOf(at(1)))).slice(2)
  const index = fc.nat({ max: pruned.length - 1 })
  fc.assert(
    fc.property(index, fc.constantFrom(...edits), (one, edit) => {
      const row = pruned[one] as JournalRow
      const rows = pruned.with(one, edit(row))
      expect(fault(rows, anchorIn(pruned))).not.toBeNull()
    }),
  )
})

/** Raw samples of one window out of stretches that follow each other: some from the archive, the last from memory. */
import { type Column, firstAtOrAfter } from '#domain/metrics/columns.ts'
import { type ColumnKind, isNumeric, RAW_SECTIONS } from '#domain/schemas/raw-columns.ts'
import type { GapReason, RawGap } from '#domain/schemas/raw-v1.ts'
import type { EpochMs } from '#domain/time.ts'
import { PLACED_STREAMS, type PlacedStream } from './raw-cursor.ts'
import type { HeldColumns, RawSlice } from './raw-store.ts'

interface Window {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** The rows of one stretch that belong to the window. */
interface Part {
  readonly columns: Readonly<Record<string, Column<unknown>>>
  readonly first: number
  readonly end: number
}

/** What none of them covers is a gap of every stream. Restarts are not among them: they stand in the journals. */
export function joinSlices(window: Window, slices: readonly RawSlice[]): RawSlice {
  const held = PLACED_STREAMS.flatMap((stream) => {
    const parts = slices.flatMap((slice, index) => partOf(stream, slice, window, index === 0))
    return parts.length === 0 ? [] : [[stream, joined(stream, parts)] as const]
  })
  const told = slices.flatMap(({ gaps }) => gaps.flatMap((gap) => inside(gap, window)))
  return {
    window,
    gaps: [...told, ...holes(window, slices)],
    streams: Object.fromEntries(held) as Partial<HeldColumns>,
  }
}

function partOf(stream: PlacedStream, slice: RawSlice, window: Window, isFirst: boolean): Part[] {
  const columns = slice.streams[stream] as Part['columns'] | undefined
  if (columns === undefined) return []
  const t = columns['t'] as Column<number>
  const place = firstAtOrAfter(t, Math.max(window.from, slice.window.from))
  // Of the breaker one more: the state at the window's start is that of the last transition before it.
  const first = stream === 'breaker' && isFirst ? Math.max(0, place - 1) : place
  const end = firstAtOrAfter(t, Math.min(window.to, slice.window.to))
  return [{ columns, first, end: Math.max(first, end) }]
}

function joined(stream: PlacedStream, parts: readonly Part[]): Record<string, Column<unknown>> {
  const count = parts.reduce((sum, { first, end }) => sum + end - first, 0)
  const names = Object.entries<ColumnKind>(RAW_SECTIONS[stream])
  return Object.fromEntries(
    names.map(([name, kind]) => {
      const pieces = parts.map(({ columns, first, end }) => {
        return { column: columns[name] as Column<unknown>, first, end }
      })
      return [name, isNumeric(kind) ? joinedNumbers(pieces, count) : joinedWords(pieces)]
    }),
  )
}

interface Piece {
  readonly column: Column<unknown>
  readonly first: number
  readonly end: number
}

/** Typed columns of any width, as frames hold them. */
function joinedNumbers(pieces: readonly Piece[], count: number): Float64Array {
  const joinedColumn = new Float64Array(count)
  let place = 0
  for (const { column, first, end } of pieces) {
    joinedColumn.set((column as Float64Array).subarray(first, end), place)
    place += end - first
  }
  return joinedColumn
}

function joinedWords(pieces: readonly Piece[]): unknown[] {
  return pieces.flatMap(({ column, first, end }) => (column as readonly unknown[]).slice(first, end))
}

function inside(gap: RawGap, window: Window): RawGap[] {
  const [from, to] = [Math.max(gap.from, window.from), Math.min(gap.to, window.to)]
  return from < to ? [{ ...gap, from, to }] : []
}

function holes(window: Window, slices: readonly RawSlice[]): RawGap[] {
  const reason: GapReason = 'not_recorded'
  const ends = [window.from, ...slices.map((slice) => slice.window.to)]
  const starts = [...slices.map((slice) => slice.window.from), window.to]
  return starts.flatMap((to, index) => {
    const from = ends[index] as EpochMs
    return PLACED_STREAMS.flatMap((stream) => inside({ stream, from, to, reason }, window))
  })
}

/**
 * What moves on in the frames of many charts, as one buffer: a message of thousands of values that costs the page no more
 * than one of none, beyond the copy. Of each frame a head, then its columns.
 */
import type { EpochMs } from '#domain/time.ts'
import type { FrameColumns } from '#web/charts/chart-frame.ts'

export interface NumberedColumns {
  readonly id: number
  readonly columns: FrameColumns
}

/** Chart, both ends, number of times, number of lines. */
const HEAD = 5

/** Copies: what is drawn stays with the page. An earlier buffer is used where it fits: to ask for a new one costs more than the copy. */
export function packed(frames: readonly NumberedColumns[], spare: ArrayBuffer | null): ArrayBuffer {
  const bytes =
    frames.reduce((sum, { columns }) => sum + lengthOf(columns), 0) * Float64Array.BYTES_PER_ELEMENT
  const buffer = spare?.byteLength === bytes ? spare : new ArrayBuffer(bytes)
  const all = new Float64Array(buffer)
  let at = 0
  for (const { id, columns } of frames) {
    const { from, to, t, values } = columns
    all.set([id, from, to, t.length, values.length], at)
    at += HEAD
    for (const column of [t, ...values]) {
      all.set(column, at)
      at += t.length
    }
  }
  return buffer
}

function lengthOf({ t, values }: FrameColumns): number {
  return HEAD + t.length * (1 + values.length)
}

interface FrameHead {
  readonly id: number
  readonly from: EpochMs
  readonly to: EpochMs
  readonly points: number
  readonly lines: number
  /** Where the columns begin. */
  readonly start: number
}

export function headsIn(buffer: ArrayBuffer): FrameHead[] {
  const all = new Float64Array(buffer)
  const heads: FrameHead[] = []
  for (let at = 0; at < all.length;) {
    const [id = 0, from = 0, to = 0, points = 0, lines = 0] = all.subarray(at, at + HEAD)
    heads.push({ id, from, to, points, lines, start: at + HEAD })
    at += HEAD + points * (1 + lines)
  }
  return heads
}

/** The columns are views of the buffer. */
export function unpacked(buffer: ArrayBuffer): NumberedColumns[] {
  const all = new Float64Array(buffer)
  return headsIn(buffer).map(({ id, from, to, points, lines, start }) => {
    const columnAt = (place: number) => all.subarray(start + place * points, start + (place + 1) * points)
    const values = Array.from({ length: lines }, (_, i) => columnAt(1 + i))
    return { id, columns: { from, to, t: columnAt(0), values } }
  })
}

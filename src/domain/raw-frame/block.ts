/**
 * What encoder and decoder of a binary frame agree on (docs/adr/0015-binary-raw-frame.md).
 *
 * A block is four words (magic and version, checksum, length of the block, length of its header), a header of JSON in
 * ASCII, and the columns' bytes. It is whole or it is nothing: the length is exact, and the checksum covers all but
 * itself. A page is one block without columns, whose header says how long each stream's block behind it is; so a
 * stream that cannot be read costs itself alone.
 *
 * Words are little-endian, like every processor that runs a browser or this agent; on another the magic does not fit.
 */
import type { ProblemCode } from '../problems.ts'

/** "HFR1": its last character is the version. */
export const MAGIC = 0x31524648
export const WORD_BYTES = 4
export const PRELUDE_WORDS = 4
export const PRELUDE_BYTES = PRELUDE_WORDS * WORD_BYTES
export const DOUBLE_BYTES = 8

/**
 * How a column lies in its block: `planes` runs of one byte for each row, the lowest byte of all rows first. Codes
 * have one plane where they fit, else three, else four.
 */
export type ColumnForm =
  /** Each code is a place in the list; its numbers, in a column of numbers, are whole ones of two bytes. */
  | { readonly planes: number; readonly values: readonly unknown[] }
  /** Whole numbers that ascend: each code is the step from the row before, from `first` on. */
  | { readonly planes: number; readonly first: number }
  /** Each code counts ticks above `base`, `perUnit` of them to the unit. */
  | { readonly planes: number; readonly base: number; readonly perUnit: number }
  /** The doubles themselves, row by row. */
  | { readonly planes: typeof DOUBLE_BYTES }

export interface StreamHeader {
  readonly section: string
  readonly count: number
  readonly columns: Readonly<Record<string, ColumnForm>>
}

/** Stands in a page's header beside what its JSON says: the blocks in their order, and why one could not be made. */
export interface PageDirectory {
  readonly blocks: Readonly<Record<string, number>>
  readonly faults: Readonly<Record<string, string>>
}

/** What a reader is told and never thrown: one stream's fault is not the end of the others. */
export interface FrameFault {
  readonly code: Extract<ProblemCode, 'frame_malformed'>
  readonly reason: string
}

export function frameMalformed(reason: string): FrameFault {
  return { code: 'frame_malformed', reason }
}

/**
 * Over all words behind the checksum's own. A step can be undone for a given word, and differs for different words:
 * so whatever happens within one word is always found, and anything else but once in four thousand millions. The
 * rotation carries the high bits down again.
 */
export function checksumOf(words: Int32Array): number {
  let sum = MAGIC
  for (let at = 2; at < words.length; at += 1) {
    sum = Math.imul(((sum << 13) | (sum >>> 19)) ^ (words[at] as number), 0x5bd1e995)
  }
  return sum
}

/**
 * Durations sorted into bins of equal relative width, by the leading bits of the double: no logarithm, and the
 * order of the bins is the order of the values. What lies in one bin is told apart by its values.
 */
import type { RequestColumns, Span } from './columns.ts'

/** 64 bins from a duration to its double: each is 1.6 % wide. */
const MANTISSA_BITS = 6
/** 32 octaves from a microsecond to 70 minutes; what lies beyond is in the first or last bin, and as exact. */
const OCTAVES = 32
const FIRST_EXPONENT = -10

const EXPONENT_BIAS = 1023
const FIRST_BITS = (EXPONENT_BIAS + FIRST_EXPONENT) << MANTISSA_BITS
const DROPPED_BITS = 20 - MANTISSA_BITS
export const BIN_COUNT = OCTAVES << MANTISSA_BITS
const WITHOUT_SIGN = 0x7f_ff_ff_ff

const one = new Float64Array(1)
const oneAsWords = new Int32Array(one.buffer)

export function binOf(durationMs: number): number {
  one[0] = durationMs
  return binOfWord(oneAsWords[1] as number)
}

/** As far from either end of its bin; the first and the last bin also hold what lies beyond them. */
export function middleOf(bin: number): number {
  const highWord = (bin + FIRST_BITS) << DROPPED_BITS
  oneAsWords[0] = 0
  oneAsWords[1] = highWord + (1 << (DROPPED_BITS - 1))
  return one[0] as number
}

/** By the higher word of the double; the sign of a negative zero does not count. */
export function binOfWord(highWord: number): number {
  const bin = openBinOfWord(highWord & WITHOUT_SIGN)
  if (bin < 0) return 0
  return bin < BIN_COUNT ? bin : BIN_COUNT - 1
}

/** The higher word of duration i is word 2i + 1. */
export function wordsOf({ buffer, byteOffset, length }: Float64Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length * 2)
}

/** No copy where the column is what the agent's frames are decoded to. */
export function durationsIn(
  { durationMs }: Pick<RequestColumns, 'durationMs'>,
  { start, end }: Span,
): Float64Array {
  if (durationMs instanceof Float64Array) return durationMs.subarray(start, end)
  const copy = new Float64Array(end - start)
  for (let i = start; i < end; i += 1) copy[i - start] = durationMs[i] as number
  return copy
}

/** Without regard to an end of the octaves: it is no bin where the duration lies beyond them, or has a sign. */
export function openBinOfWord(highWord: number): number {
  return (highWord >> DROPPED_BITS) - FIRST_BITS
}

/** Durations that are known by their bins. */
export interface DurationsByBin {
  readonly total: number
  /** How many lie in each bin. */
  readonly counts: Int32Array
  /** The values of one bin, in any order, to the beginning of a list that has room for them. */
  copyBin(bin: number, into: Float64Array): void
}

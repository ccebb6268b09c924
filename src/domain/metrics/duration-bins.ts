/**
 * Durations sorted into bins of equal relative width, by the leading bits of the double: no logarithm, and the
 * order of the bins is the order of the values. What lies in one bin is told apart by its values.
 */
import { invariant } from '#domain/invariant.ts'

/** 64 bins from a duration to its double: each is 1.6 % wide. */
const MANTISSA_BITS = 6
/** 32 octaves from a microsecond to 70 minutes; what lies beyond is in the first or last bin, and as exact. */
const OCTAVES = 32
const FIRST_EXPONENT = -10

const EXPONENT_BIAS = 1023
const FIRST_BITS = (EXPONENT_BIAS + FIRST_EXPONENT) << MANTISSA_BITS
const DROPPED_BITS = 20 - MANTISSA_BITS
export const BIN_COUNT = OCTAVES << MANTISSA_BITS
const BIN_MASK = BIN_COUNT - 1
const WITHOUT_SIGN = 0x7f_ff_ff_ff

invariant(new Uint8Array(new Uint32Array([1]).buffer)[0] === 1, 'numbers lie with their lowest byte first')

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
function binOfWord(highWord: number): number {
  const bin = ((highWord & WITHOUT_SIGN) >>> DROPPED_BITS) - FIRST_BITS
  if (bin < 0) return 0
  return bin < BIN_COUNT ? bin : BIN_COUNT - 1
}

/**
 * Many at once, where they lie. Nearly always no value is beyond the octaves, and then a mask will do instead of
 * comparisons, which makes it three times as fast; where one is, everything is done again with comparisons.
 */
export class BinnedDurations {
  readonly #durations: Float64Array
  /** The same memory; the higher word of value i is word 2i + 1. */
  readonly #words: Int32Array
  #isWithinOctaves = true

  constructor(durations: Float64Array) {
    this.#durations = durations
    this.#words = new Int32Array(durations.buffer, durations.byteOffset, durations.length * 2)
  }

  countInto(counts: Int32Array): void {
    counts.fill(0)
    this.#isWithinOctaves = countMasked(this.#words, counts)
    if (this.#isWithinOctaves) return
    counts.fill(0)
    countCompared(this.#words, counts)
  }

  /** The values in the marked bins, so many. */
  gather(marks: Uint8Array, count: number): Float64Array {
    // One more: the next place is written before it is known whether the value is wanted.
    const gathered = new Float64Array(count + 1)
    if (this.#isWithinOctaves) gatherMasked(this.#durations, this.#words, marks, gathered)
    else gatherCompared(this.#durations, this.#words, marks, gathered)
    return gathered.subarray(0, count)
  }
}

/** Whether all lay within the octaves. */
function countMasked(words: Int32Array, counts: Int32Array): boolean {
  let beyond = 0
  for (let high = 1; high < words.length; high += 2) {
    const bin = ((words[high] as number) >> DROPPED_BITS) - FIRST_BITS
    beyond |= bin
    counts[bin & BIN_MASK] = (counts[bin & BIN_MASK] as number) + 1
  }
  return (beyond & ~BIN_MASK) === 0
}

function countCompared(words: Int32Array, counts: Int32Array): void {
  for (let high = 1; high < words.length; high += 2) {
    const bin = binOfWord(words[high] as number)
    counts[bin] = (counts[bin] as number) + 1
  }
}

/** No branch that could be guessed wrong: a value that is not wanted is written over by the next. */
function gatherMasked(
  durations: Float64Array,
  words: Int32Array,
  marks: Uint8Array,
  gathered: Float64Array,
): void {
  let count = 0
  for (let i = 0; i < durations.length; i += 1) {
    gathered[count] = durations[i] as number
    count += marks[(((words[2 * i + 1] as number) >> DROPPED_BITS) - FIRST_BITS) & BIN_MASK] as number
  }
}

function gatherCompared(
  durations: Float64Array,
  words: Int32Array,
  marks: Uint8Array,
  gathered: Float64Array,
): void {
  let count = 0
  for (let i = 0; i < durations.length; i += 1) {
    gathered[count] = durations[i] as number
    count += marks[binOfWord(words[2 * i + 1] as number)] as number
  }
}

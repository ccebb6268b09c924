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

const FIRST_CAPACITY = 4096

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

/** Durations that are known by their bins. */
export interface DurationsByBin {
  readonly total: number
  /** How many lie in each bin. */
  readonly counts: Int32Array
  /** The values of one bin, in any order, to the beginning of a list that has room for them. */
  copyBin(bin: number, into: Float64Array): void
}

/**
 * Many at once, in one pass: each value is chained to the one before it in its bin, so that the values of the few bins
 * that matter are found without another look at all of them. It is filled anew for each stretch of a column.
 */
export class ChainedDurations implements DurationsByBin {
  readonly counts = new Int32Array(BIN_COUNT)
  #durations: Float64Array = new Float64Array(0)
  /** The place of the last value of each bin; what stands at an empty bin means nothing, as does a chain's end. */
  readonly #lasts = new Int32Array(BIN_COUNT)
  /** For each value the place of the one before it in its bin. */
  #befores = new Int32Array(FIRST_CAPACITY)

  get total(): number {
    return this.#durations.length
  }

  fill(durations: Float64Array): void {
    this.#durations = durations
    if (durations.length > this.#befores.length) this.#befores = new Int32Array(durations.length * 2)
    // The same memory; the higher word of value i is word 2i + 1.
    const words = new Int32Array(durations.buffer, durations.byteOffset, durations.length * 2)
    this.counts.fill(0)
    if (chainMasked(words, this.counts, this.#lasts, this.#befores)) return
    this.counts.fill(0)
    chainCompared(words, this.counts, this.#lasts, this.#befores)
  }

  copyBin(bin: number, into: Float64Array): void {
    const count = this.counts[bin] as number
    let place = this.#lasts[bin] as number
    for (let i = 0; i < count; i += 1) {
      into[i] = this.#durations[place] as number
      place = this.#befores[place] as number
    }
  }
}

/**
 * Answers whether all lay within the octaves. Nearly always they do, and then a mask will do instead of comparisons,
 * which makes it three times as fast; where one does not, everything is done again with comparisons.
 */
function chainMasked(words: Int32Array, counts: Int32Array, lasts: Int32Array, befores: Int32Array): boolean {
  const count = words.length >> 1
  let beyond = 0
  for (let i = 0; i < count; i += 1) {
    const offset = ((words[2 * i + 1] as number) >> DROPPED_BITS) - FIRST_BITS
    beyond |= offset
    const bin = offset & BIN_MASK
    counts[bin] = (counts[bin] as number) + 1
    befores[i] = lasts[bin] as number
    lasts[bin] = i
  }
  return (beyond & ~BIN_MASK) === 0
}

function chainCompared(words: Int32Array, counts: Int32Array, lasts: Int32Array, befores: Int32Array): void {
  for (let i = 0; 2 * i < words.length; i += 1) {
    const bin = binOfWord(words[2 * i + 1] as number)
    counts[bin] = (counts[bin] as number) + 1
    befores[i] = lasts[bin] as number
    lasts[bin] = i
  }
}

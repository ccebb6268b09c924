/**
 * Durations by bin in one pass: each is chained to the one before it in its bin, so that the values of the few bins that
 * matter are found without another look at all of them.
 */
import { longLoop } from '#domain/long-loop.ts'
import {
  BIN_COUNT,
  binOfWord,
  type DurationsByBin,
  openBinOfWord,
  wordsOf,
} from '#domain/metrics/duration-bins.ts'

const BIN_MASK = BIN_COUNT - 1
const FIRST_CAPACITY = 4096

/** Good until others are chained. */
export function chained(durations: Float64Array): DurationsByBin {
  longLoop(chainRows, durations)
  return {
    counts,
    total: durations.length,
    copyBin(bin, into) {
      let place = lasts[bin] as number
      for (let i = 0; i < (counts[bin] as number); i += 1) {
        into[i] = durations[place] as number
        place = befores[place] as number
      }
    },
  }
}

/** One for all: a chart asks for hundreds of stretches in a row, and each is read before the next is chained. */
const counts = new Int32Array(BIN_COUNT)
/** The place of the last duration of each bin; what stands at an empty bin means nothing, nor does a chain's end. */
const lasts = new Int32Array(BIN_COUNT)
/** For each duration the place of the one before it in its bin. */
let befores = new Int32Array(FIRST_CAPACITY)

/**
 * Nearly always all lie within the octaves, and then a mask will do instead of comparisons, which makes it three times
 * as fast; where one does not, all are chained again with comparisons.
 */
function chainRows(durations: Float64Array): void {
  const words = wordsOf(durations)
  const total = durations.length
  if (total > befores.length) befores = new Int32Array(total * 2)
  const before = befores
  let beyond = 0
  counts.fill(0)
  for (let i = 0; i < total; i += 1) {
    const open = openBinOfWord(words[2 * i + 1] as number)
    const bin = open & BIN_MASK
    beyond |= open
    counts[bin] = (counts[bin] as number) + 1
    before[i] = lasts[bin] as number
    lasts[bin] = i
  }
  if ((beyond & ~BIN_MASK) !== 0) chainCompared(words)
}

function chainCompared(words: Int32Array): void {
  counts.fill(0)
  for (let i = 0; 2 * i < words.length; i += 1) {
    const bin = binOfWord(words[2 * i + 1] as number)
    counts[bin] = (counts[bin] as number) + 1
    befores[i] = lasts[bin] as number
    lasts[bin] = i
  }
}

/** Requests as a service has them: log-normal durations to the microsecond, one in a hundred failed. From a seed. */
import { seededRandom } from '#agent/demo/seeded-random.ts'

export interface Requests {
  readonly t: Float64Array
  readonly durationMs: Float64Array
  readonly status: Float64Array
}

interface Wanted {
  readonly count: number
  readonly perMs: number
  readonly seed: number
  readonly from?: number
}

export function requestsOf({ count, perMs, seed, from = 0 }: Wanted): Requests {
  const random = seededRandom(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return {
    t: Float64Array.from({ length: count }, (_, index) => from + Math.floor(index / perMs)),
    durationMs: Float64Array.from(
      { length: count },
      () => Math.round(Math.exp(3.5 + 0.8 * normal()) * 1000) / 1000,
    ),
    status: Float64Array.from({ length: count }, () => (random() < 0.01 ? 500 : 200)),
  }
}

/** Each of them comes up to so many places late. */
export function jitterOf({ t, durationMs, status }: Requests, places: number): Requests {
  if (places === 0) return { t, durationMs, status }
  const random = seededRandom(7)
  const arrivals = Array.from(t, (_, index) => ({ index, at: index + random() * places }))
  const order = arrivals.toSorted((one, other) => one.at - other.at).map(({ index }) => index)
  const reordered = (column: Float64Array) => Float64Array.from(order, (index) => column[index] as number)
  return { t: reordered(t), durationMs: reordered(durationMs), status: reordered(status) }
}

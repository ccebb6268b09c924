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
      () => Math.round(Math.exp(DURATIONS.mu + DURATIONS.sigma * normal()) * 1000) / 1000,
    ),
    status: Float64Array.from({ length: count }, () => (random() < 0.01 ? 500 : 200)),
  }
}

/** Of log-normal durations, in milliseconds. */
export const DURATIONS = { mu: 3.5, sigma: 0.8 }

/** The same, as they arrive: each after a time of its own (Poisson), at whole milliseconds, with a few statuses. */
export function arrivingRequestsOf({
  count,
  perS,
  seed,
}: {
  count: number
  perS: number
  seed: number
}): Requests {
  const random = seededRandom(seed)
  let at = 1_763_600_000_000
  const t = Float64Array.from({ length: count }, () => {
    at -= (Math.log(1 - random()) * 1000) / perS
    return Math.floor(at)
  })
  const { durationMs } = requestsOf({ count, perMs: 1, seed: seed + 1 })
  return { t, durationMs, status: Float64Array.from({ length: count }, () => statusOf(random())) }
}

/** Three in a hundred are no plain success: as it was before, not there, or failed in one of two ways. */
function statusOf(chance: number): number {
  if (chance < 0.97) return 200
  if (chance < 0.98) return 304
  if (chance < 0.99) return 404
  return chance < 0.997 ? 500 : 503
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

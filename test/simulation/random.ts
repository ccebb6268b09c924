/** One seed, one sequence: everything that happens by chance in a simulation happens through this (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    // Spread, so that seeds 1, 2, 3 are not near each other.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  }

  /** In 0..1, without 1. */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  chance(probability: number): boolean {
    return this.unit() < probability
  }

  /** A whole number in 0..count-1. */
  below(count: number): number {
    return Math.floor(this.unit() * count)
  }

  between(low: number, high: number): number {
    return low + this.unit() * (high - low)
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0]
  }
}

/**
 * A bounded ring of samples in typed columns. A sample is named by its sequence number, which only grows;
 * so a reader that comes back with a number learns exactly what it has missed, or that it is gone (IN3, IN4).
 * The columns are reserved at once and touched as they fill: an idle ring costs next to no memory.
 */
export class ColumnRing<Name extends string> {
  readonly #names: readonly Name[]
  readonly #columns: Record<Name, Float64Array>
  readonly #capacity: number
  #next = 0

  constructor(names: readonly Name[], capacity: number) {
    this.#names = names
    this.#capacity = capacity
    this.#columns = Object.fromEntries(names.map((name) => [name, new Float64Array(capacity)])) as Record<
      Name,
      Float64Array
    >
  }

  /** The sequence number that the next sample will get. */
  get next(): number {
    return this.#next
  }

  get oldest(): number {
    return Math.max(0, this.#next - this.#capacity)
  }

  push(sample: Record<Name, number>): void {
    const slot = this.#next % this.#capacity
    for (const name of this.#names) this.#columns[name][slot] = sample[name]
    this.#next++
  }

  /** Rows that lie in columns already. */
  append(columns: Readonly<Record<Name, Float64Array>>): void {
    const [first] = this.#names
    const count = first === undefined ? 0 : columns[first].length
    for (let row = 0; row < count; row += 1) {
      const slot = this.#next % this.#capacity
      for (const name of this.#names) this.#columns[name][slot] = columns[name][row] as number
      this.#next++
    }
  }

  at(name: Name, sequence: number): number {
    return this.#columns[name][sequence % this.#capacity] ?? Number.NaN
  }

  /** The samples from one sequence number to before another: a million of them in milliseconds. */
  copy(sequence: number, end: number): Record<Name, Float64Array> {
    const from = Math.min(Math.max(sequence, this.oldest), end)
    const first = from % this.#capacity
    const untilWrap = Math.min(end - from, this.#capacity - first)
    return Object.fromEntries(
      this.#names.map((name) => {
        const copied = new Float64Array(end - from)
        copied.set(this.#columns[name].subarray(first, first + untilWrap))
        copied.set(this.#columns[name].subarray(0, end - from - untilWrap), untilWrap)
        return [name, copied]
      }),
    ) as Record<Name, Float64Array>
  }

  /** The first sequence number whose value in an ascending column is at least `bound`. */
  firstAtLeast(name: Name, bound: number): number {
    let low = this.oldest
    let high = this.#next
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (this.at(name, middle) < bound) low = middle + 1
      else high = middle
    }
    return low
  }
}

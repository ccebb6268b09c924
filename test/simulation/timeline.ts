/** What will happen by itself: a worker that becomes ready, a service manager's restart. Earliest first. */
export interface Happening {
  readonly at: number
  readonly name: string
  readonly run: () => void
}

export class Timeline {
  #happenings: Happening[] = []

  get next(): Happening | null {
    return this.#happenings[0] ?? null
  }

  add(at: number, name: string, run: () => void): void {
    const place = this.#happenings.findIndex((other) => other.at > at)
    const happening = { at, name, run }
    if (place === -1) this.#happenings.push(happening)
    else this.#happenings.splice(place, 0, happening)
  }

  take(): Happening | null {
    return this.#happenings.shift() ?? null
  }

  /** A power failure: nothing that was to happen on this host happens. */
  clear(): void {
    this.#happenings = []
  }
}

/** Which act comes next: each world has its own mix, in which some do not occur at all. */
import { ACTS, type ActName } from './acts.ts'
import type { Random } from './random.ts'

export class ActChooser {
  readonly #random: Random
  readonly #until: { readonly name: ActName; readonly until: number }[] = []

  constructor(random: Random) {
    this.#random = random
    let sum = 0
    for (const name of Object.keys(ACTS) as ActName[]) {
      if (random.chance(0.4)) continue
      sum += ACTS[name].weight * random.between(0.2, 2)
      this.#until.push({ name, until: sum })
    }
  }

  /** null: nothing ever happens in this world. */
  choose(): ActName | null {
    const draw = this.#random.unit() * (this.#until.at(-1)?.until ?? 0)
    return this.#until.find(({ until }) => draw < until)?.name ?? null
  }
}

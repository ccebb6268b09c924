/** Which act comes next: each world has its own mix, in which some do not occur at all. */
import type { Act } from './act.ts'
import { ACTS, type ActName } from './acts.ts'
import type { Host } from './host.ts'
import type { Random } from './random.ts'

interface Choice {
  readonly name: ActName
  readonly act: Act
  readonly weight: number
}

export class ActChooser {
  readonly #random: Random
  readonly #choices: readonly Choice[]

  constructor(random: Random) {
    this.#random = random
    this.#choices = (Object.keys(ACTS) as ActName[]).flatMap((name) => {
      const act: Act = ACTS[name]
      return random.chance(0.4) ? [] : [{ name, act, weight: act.weight * random.between(0.2, 2) }]
    })
  }

  /** null: nothing ever happens in this world. */
  choose(host: Host): ActName | null {
    const possible = this.#choices.filter(({ act }) => act.when?.(host) !== false)
    let left = this.#random.unit() * possible.reduce((sum, { weight }) => sum + weight, 0)
    for (const { name, weight } of possible) {
      left -= weight
      if (left < 0) return name
    }
    return null
  }
}

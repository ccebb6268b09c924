/** Walks through the steps of a scenario, one after the other, and says which one it is in. */
import { invariant } from '#domain/invariant.ts'
import type { DemonstrationStatus, Scenario } from '#domain/schemas/demonstration.ts'
import type { EpochMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { PHASES, stepsOf } from './phases.ts'
import type { Phase, Step } from './phases.ts'

export interface Stage {
  /** Makes the world what the phase says, at once. */
  enter(phase: Phase): void
  publish(status: Pick<DemonstrationStatus, 'scenario' | 'phase'>): void
}

export class ScenarioDriver {
  readonly #stage: Stage
  readonly #clock: Clock
  readonly #speed: number
  #timer: NodeJS.Timeout | null = null

  constructor(options: { stage: Stage; clock: Clock; speed: number }) {
    this.#stage = options.stage
    this.#clock = options.clock
    this.#speed = options.speed
  }

  /** Starts the scenario from its beginning, whatever runs now. */
  play(scenario: Scenario): void {
    this.#enter(scenario, 0)
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#stage.enter(PHASES.calm)
  }

  #enter(scenario: Scenario, index: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const steps = stepsOf(scenario)
    const step = steps[index % steps.length]
    invariant(step !== undefined, 'a scenario has at least one step')

    const since = this.#clock.wallNow()
    this.#stage.enter(PHASES[step.phase])
    this.#stage.publish({ scenario, phase: this.#describe(step, since) })
    this.#timer =
      step.seconds === null
        ? null
        : setTimeout(() => this.#enter(scenario, index + 1), this.#lengthMs(step.seconds))
  }

  #describe({ phase, seconds }: Step, since: EpochMs): DemonstrationStatus['phase'] {
    return {
      id: phase,
      sentence: PHASES[phase].sentence,
      since,
      until: seconds === null ? null : since + this.#lengthMs(seconds),
    }
  }

  #lengthMs(seconds: number): number {
    return (seconds * 1000) / this.#speed
  }
}

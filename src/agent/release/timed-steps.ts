/** Steps of a rollback or a rehearsal, each with its time on the clock that nobody sets. */
import { asProblem } from '#agent/as-problem.ts'
import type { RollbackPart, RollbackStep } from '#domain/schemas/rollback-report.ts'
import type { Clock } from '#agent/ports/clock.ts'

/** What a step has seen; it throws where it has failed. */
export type Seen = Pick<RollbackStep, 'outcome' | 'detail'>

export class TimedSteps {
  readonly #part: RollbackPart
  readonly #clock: Pick<Clock, 'monotonicNow'>
  readonly #taken: RollbackStep[] = []

  constructor(part: RollbackPart, clock: Pick<Clock, 'monotonicNow'>) {
    this.#part = part
    this.#clock = clock
  }

  get taken(): readonly RollbackStep[] {
    return this.#taken
  }

  /** Returns whether it was done. A step that fails ends itself, not the rollback. */
  async take(name: string, act: () => Promise<Seen>): Promise<boolean> {
    const begunAt = this.#clock.monotonicNow()
    const { outcome, detail } = await act().catch(failureOf)
    const tookMs = Math.round(this.#clock.monotonicNow() - begunAt)
    this.#taken.push({ part: this.#part, name, outcome, took_ms: tookMs, detail })
    return outcome === 'done'
  }
}

function failureOf(error: unknown): Seen {
  const { code, message } = asProblem(error)
  return { outcome: code === 'agent_unreachable' ? 'unreachable' : 'failed', detail: message }
}

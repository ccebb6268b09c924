/** One seed from beginning to end; a failing one is run once more to tell its last steps. */
import { Simulation, type Violation } from './simulation.ts'

const TRACE_STEPS = 30

export interface SeedReport {
  readonly seed: number
  readonly steps: number
  readonly portCalls: number
  readonly marks: ReadonlyMap<string, number>
  readonly violation: Violation | null
  /** The last steps before the violation. */
  readonly trace: readonly string[]
}

export async function runSeed(seed: number, steps: number): Promise<SeedReport> {
  const sim = new Simulation(seed)
  const violation = await sim.run(steps)
  const trace = violation === null ? [] : await traceOf(seed, steps)
  return { seed, steps: sim.steps, portCalls: sim.portCalls, marks: sim.host.marks, violation, trace }
}

/** The same seed takes the same steps: only told this time. */
async function traceOf(seed: number, steps: number): Promise<string[]> {
  const sim = new Simulation(seed)
  const lines: string[] = []
  sim.onStep = (text) => {
    lines.push(
      `${String(sim.steps).padStart(6)}  ${(sim.host.clock.now / 1000).toFixed(3).padStart(10)} s  ${text}`,
    )
    if (lines.length > TRACE_STEPS) lines.shift()
  }
  await sim.run(steps)
  return lines
}

/**
 * The scenarios as a table. A phase says what the world is like while it lasts, as a whole: so entering
 * the next one undoes the last, and entering `calm` undoes everything.
 */
import type { Scenario } from '#domain/schemas/demonstration.ts'
import type { Faults } from './faults-file.ts'
import { NO_FAULTS } from './faults-file.ts'
import { CALM_LOAD, EXPORT_RUSH } from './load-profile.ts'
import type { LoadProfile } from './load-profile.ts'

export type PhaseId = Exclude<Scenario, 'tour'>

export interface Phase {
  readonly sentence: string
  readonly faults: Faults
  readonly load: LoadProfile
  readonly pricingDown: boolean
  /** Workers of the target that are killed when the phase begins. */
  readonly workersKilled: number
}

const CALM: Phase = {
  sentence: 'Ordinary traffic; nothing is being done to the target.',
  faults: NO_FAULTS,
  load: CALM_LOAD,
  pricingDown: false,
  workersKilled: 0,
}

export const PHASES: Readonly<Record<PhaseId, Phase>> = {
  calm: CALM,
  'pool-exhaustion': {
    ...CALM,
    sentence: 'Slow readers of exports hold database connections until none is left.',
    // Eight pages with seven pauses: each export holds its connection for three to four seconds.
    faults: { ...NO_FAULTS, export_pause_ms: 500 },
    load: EXPORT_RUSH,
  },
  'dependency-down': {
    ...CALM,
    sentence: 'The pricing service resets every connection, so the circuit breaker opens.',
    pricingDown: true,
  },
  leak: {
    ...CALM,
    sentence: 'Each request leaves memory behind in the worker that answered it.',
    faults: { ...NO_FAULTS, leak_kb_per_request: 400 },
  },
  'crash-loop': {
    ...CALM,
    sentence: 'Two workers were killed, and their replacements die while they start.',
    faults: { ...NO_FAULTS, crash_at_boot: true },
    workersKilled: 2,
  },
}

export interface Step {
  readonly phase: PhaseId
  /** Null: until another scenario is asked for. */
  readonly seconds: number | null
}

const TOUR: readonly Step[] = [
  { phase: 'calm', seconds: 60 },
  { phase: 'pool-exhaustion', seconds: 45 },
  { phase: 'calm', seconds: 45 },
  { phase: 'dependency-down', seconds: 60 },
  { phase: 'calm', seconds: 45 },
  { phase: 'leak', seconds: 60 },
  { phase: 'calm', seconds: 45 },
  { phase: 'crash-loop', seconds: 20 },
]

/** Repeated from the start when it ends. */
export function stepsOf(scenario: Scenario): readonly Step[] {
  return scenario === 'tour' ? TOUR : [{ phase: scenario, seconds: null }]
}

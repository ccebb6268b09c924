/**
 * The demonstration says what it is doing: a small file in the runtime directory, replaced atomically by
 * the demonstration's driver and read by the agent, so that the console can say plainly that what it
 * shows is staged.
 */
import * as z from 'zod/mini'

export const SCENARIOS = ['calm', 'pool-exhaustion', 'dependency-down', 'leak', 'crash-loop', 'tour'] as const
export type Scenario = (typeof SCENARIOS)[number]

export const DEMONSTRATION_STATUS_FILE = 'demonstration.json'
export const DEMONSTRATION_REQUEST_FILE = 'demonstration-request.json'

export const demonstrationStatus = z.object({
  format: z.literal('holdfast.demonstration/1'),
  target_kind: z.enum(['gunicorn', 'node']),
  scenario: z.enum(SCENARIOS),
  /** The stretch of the scenario that runs now; of the tour, the scenario it is showing. */
  phase: z.object({
    id: z.string(),
    /** A short sentence for people: what is being done to the target right now. */
    sentence: z.string(),
    since: z.number(),
    /** When the next phase begins; null when this one stays. */
    until: z.nullable(z.number()),
  }),
})

/** Asks a running demonstration for another scenario (`holdfast demo --scenario NAME`). */
export const demonstrationRequest = z.object({ scenario: z.enum(SCENARIOS) })

export type DemonstrationStatus = z.infer<typeof demonstrationStatus>

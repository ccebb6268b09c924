/**
 * What the target and the operator say to the policy, as an outside document: `policy explain --signals`.
 * What is missing or null is good news: a gate needs a reason to close (WD5).
 */
import * as z from 'zod/mini'
import { suggestion } from '../suggest.ts'
import { isTimeText, TIME_EXPECTED } from '../time-text.ts'
import { CIRCUIT_STATES } from './health.ts'

const flag = z.optional(z.nullable(z.boolean()))

export const policySignals = z.looseObject({
  circuit_state: z.optional(z.nullable(z.enum(CIRCUIT_STATES))),
  database_reachable: flag,
  pool_saturation: z.optional(z.nullable(z.number().check(z.minimum(0)))),
  guard_latched: flag,
  guard_released_at: z.optional(z.nullable(z.string().check(z.refine(isTimeText, { error: TIME_EXPECTED })))),
  paused: flag,
  restart_in_progress: flag,
})

export type PolicySignalsDocument = z.infer<typeof policySignals>

/** Names that no signal has: they change nothing, which whoever mistyped one wants to know. */
export function unknownSignals(document: PolicySignalsDocument): string[] {
  const known = Object.keys(policySignals.shape)
  return Object.keys(document)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = suggestion(name, known)
      return near === null ? name : `${name} (did you mean ${near}?)`
    })
}

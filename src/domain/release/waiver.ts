/** A gate that is let pass although it has not: by somebody with a name, for a reason, for exactly one build, and not for ever (MG3). */
import * as z from 'zod/mini'
import type { DurationMs, EpochMs } from '../time.ts'
import type { BuildIdentity } from './evidence.ts'
import type { GateId } from './gates.ts'

export const waiver = z.object({
  gate: z.string(),
  /** Who answers for it: not necessarily whoever types. */
  name: z.string(),
  reason: z.string(),
  until: z.number(),
  commit: z.nullable(z.string()),
  build_hash: z.nullable(z.string()),
})

export type Waiver = z.infer<typeof waiver>

export const WAIVER_LONGEST_MS: DurationMs = 7 * 24 * 3600 * 1000

/** The last word counts: a later waiver of the same gate replaces an earlier one. */
export function waiverFor(
  gate: GateId,
  waivers: readonly Waiver[],
  { build, now }: { readonly build: BuildIdentity; readonly now: EpochMs },
): Waiver | null {
  const last = waivers.findLast((one) => one.gate === gate)
  if (last === undefined || last.until <= now || last.until > now + WAIVER_LONGEST_MS) return null
  // Nobody waives for a build that cannot be named.
  if (build.build_hash === null || last.build_hash !== build.build_hash) return null
  return (build.commit === null || last.commit === build.commit) && last.name !== '' && last.reason !== ''
    ? last
    : null
}

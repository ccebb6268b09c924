/** What is said of gates and releases, as it is recorded (AU1): by the command that did it, over the agent or on the files. */
import * as z from 'zod/mini'
import { waiver } from './waiver.ts'

const text = z.string().check(z.maxLength(500))
const hashText = z.string().check(z.maxLength(64))

const gatesRun = z.object({
  type: z.literal('gates_run'),
  run_id: text,
  commit: z.nullable(hashText),
  build_hash: z.nullable(hashText),
  results: z
    .array(z.object({ gate: text, outcome: z.enum(['passed', 'failed', 'not_run']), evidence: hashText }))
    .check(z.maxLength(50)),
})

const gateWaived = z.object({ type: z.literal('gate_waived'), ...waiver.shape })

const cutover = z.object({
  type: z.literal('cutover'),
  /** `refused`: nothing was done. */
  step: z.enum(['refused', 'begun', 'release', 'navigation', 'ended', 'undone']),
  success: z.boolean(),
  commit: z.nullable(hashText),
  build_hash: z.nullable(hashText),
  took_ms: z.nullable(z.number()),
  reason: text,
  detail: text,
})

/** By whom, is known to whoever records it. */
export const releaseWord = z.discriminatedUnion('type', [gatesRun, gateWaived, cutover])
export type ReleaseWord = z.infer<typeof releaseWord>

/** For the journal, which knows by whom and in answer to which request. */
export const RELEASE_WORDS = { gatesRun, gateWaived, cutover }

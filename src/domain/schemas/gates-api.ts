/** The gates over the admin API (MG6): what was proved of the build that runs, and what stands before a cutover. */
import * as z from 'zod/mini'
import { buildIdentity } from '../release/evidence.ts'
import { gateFigure, gateFinding } from '../release/gate-report.ts'

const text = z.nullable(z.string())
const reason = z.object({
  code: z.string(),
  message: z.string(),
  /** What to type, or to do. */
  unblock: z.string(),
})

const waiverView = z.object({ name: z.string(), reason: z.string(), until: z.string() })

const evidenceView = z.object({
  run_id: z.string(),
  outcome: z.enum(['passed', 'failed', 'not_run']),
  ended_at: z.string(),
  expires_at: z.string(),
  duration_ms: z.number(),
  age_ms: z.number(),
  command: z.string(),
  checks: z.number(),
  figures: z.array(gateFigure),
  findings: z.array(gateFinding),
  hashes: z.array(z.object({ name: z.string(), sha256: z.string() })),
  commit: text,
  build_hash: text,
  contract_version: text,
  hash: z.string(),
})

export const gateView = z.object({
  id: z.string(),
  title: z.string(),
  protects: z.string(),
  verdict: z.enum(['passed', 'waived', 'not_passed']),
  reasons: z.array(reason),
  waiver: z.nullable(waiverView),
  /** null: there is none that could be read. */
  evidence: z.nullable(evidenceView),
  /** Newest first, the newest included. */
  history: z.array(
    z.object({
      ended_at: z.string(),
      outcome: z.enum(['passed', 'failed', 'not_run']),
      duration_ms: z.number(),
      commit: text,
      build_hash: text,
      findings: z.number(),
    }),
  ),
})

const promoted = z.object({ commit: text, build_hash: text, at: z.string(), by: z.string() })

export const promotionView = z.object({
  pinned: z.nullable(promoted),
  held: z.array(z.object({ ...promoted.shape, reason: z.string() })),
  unfinished: z.nullable(
    z.object({
      act: z.enum(['cutover', 'rollback']),
      done: z.array(z.string()),
      left: z.array(z.string()),
      at: z.string(),
      by: z.string(),
    }),
  ),
  rollback_target_ms: z.number(),
  last_rollback: z.nullable(
    z.object({ at: z.string(), took_ms: z.number(), target_ms: z.number(), verified: z.boolean() }),
  ),
  /** It cannot be read: nothing is promoted or taken back until it is mended. */
  problem: text,
})

export const gatesView = z.object({
  build: buildIdentity,
  /** Nothing stands before a cutover of this build. */
  ready: z.boolean(),
  gates: z.array(gateView),
  blocks: z.array(z.object({ code: z.string(), gate: text, message: z.string(), unblock: z.string() })),
  promotion: promotionView,
})

export const releaseRecorded = z.object({ recorded: z.literal(true), event_id: z.string(), by: z.string() })

export type GateView = z.infer<typeof gateView>
export type GatesView = z.infer<typeof gatesView>
export type ReleaseRecorded = z.infer<typeof releaseRecorded>

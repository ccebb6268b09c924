/**
 * What an operator asks of the watchdog over the admin API, and what is answered (OB4): restart, release of the
 * guard, pause, resume, and the state that all of them are decided in. Field names of a restart are the flag's.
 */
import * as z from 'zod/mini'
import { rung } from '../journal/events.ts'
import { problemBody } from './admin-api.ts'
import { watchdogRungs } from './watchdog-status.ts'
import { policyStateBlock, recoveryRecommendation, restartChurn } from './health.ts'

/** What a person may write as a reason; control characters are taken out where it is recorded. */
const typed = z.string().check(z.maxLength(2000))
const PAUSE_SECONDS_LIMIT = 30 * 86_400

export const restartBody = z.strictObject({
  /** Of the ladder; the weakest unless it is named (WD16). */
  rung: z.optional(rung),
  manual_override: z.optional(z.boolean()),
  override_acknowledged: z.optional(z.boolean()),
  override_reason: z.optional(z.nullable(typed)),
  override_passes: z.optional(z.array(z.literal('preflight'))),
})

export const guardReleaseBody = z.strictObject({ reason: typed })

export const pauseBody = z.strictObject({
  reason: typed,
  /** Ends by itself after that; without it, by `resume`. */
  for_seconds: z.optional(z.nullable(z.number().check(z.gt(0), z.maximum(PAUSE_SECONDS_LIMIT)))),
})

export const resumeBody = z.strictObject({ reason: z.optional(typed) })

/** Whoever asks twice with one key is answered twice and heard once (WD17). */
export const idempotencyKey = z
  .string()
  .check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, - and _'))

const instant = z.nullable(z.string())

/** One line of the restart history, with who really asked and whether it helped. */
export const restartLine = z.object({
  kind: z.enum(['attempt', 'external', 'refused', 'unsent', 'imported']),
  request_id: z.nullable(z.string()),
  requested_by: z.nullable(z.string()),
  requested_at: instant,
  completed_at: instant,
  source: z.nullable(z.string()),
  decision: z.nullable(z.string()),
  decision_reason: z.nullable(z.string()),
  detail: z.nullable(z.string()),
  success: z.nullable(z.boolean()),
  manual_override: z.boolean(),
  override_reason: z.nullable(z.string()),
  /** null: not judged, or not yet (WD14). */
  helped: z.nullable(z.boolean()),
})

export const workerStatus = z.object({
  /** For `If-Match`. */
  version: z.string(),
  /** False: the restart history cannot be read, and everything is guarded (WD11). */
  history_readable: z.boolean(),
  policy_state: policyStateBlock,
  restart_churn: restartChurn,
  recovery_recommendation: recoveryRecommendation,
  cooldown: z.object({ active: z.boolean(), remaining_seconds: z.number() }),
  guard: z.object({ latched: z.boolean(), latched_at: instant, released_at: instant }),
  pause: z.nullable(z.object({ by: z.string(), reason: z.string(), since: z.string(), until: instant })),
  watchdog: z.object({
    running: z.boolean(),
    problem: z.nullable(z.string()),
    seen_at: instant,
    /** The ladder as it stands, weakest rung first (WD16); null where no watchdog says. */
    rungs: z.nullable(watchdogRungs),
  }),
  unhelpful_restarts: z.number(),
  last_restart: z.nullable(restartLine),
  /** Oldest first, as in the state file. */
  restart_history: z.array(restartLine),
  contract: z.object({
    version: z.string(),
    paths: z.array(z.object({ name: z.string(), path: z.string(), exists: z.boolean() })),
  }),
})

export const restartAccepted = z.object({
  accepted: z.literal(true),
  request_id: z.string(),
  /** The key was known: nothing was recorded or published a second time. */
  replayed: z.boolean(),
  decision: z.nullable(z.record(z.string(), z.unknown())),
})

/** What would be said to a plain reload now; nothing is recorded or asked for. */
export const restartDryRun = z.object({
  allowed: z.boolean(),
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
  decision: z.record(z.string(), z.unknown()),
})

/** problem+json, and what a caller needs to act on it. */
export const restartRefused = z.extend(problemBody, {
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
  request_id: z.string(),
  replayed: z.boolean(),
  decision: z.record(z.string(), z.unknown()),
})

export const wordRecorded = z.object({
  recorded: z.literal(true),
  event_id: z.string(),
  by: z.string(),
  replayed: z.boolean(),
  /** Of a pause that ends by itself. */
  until: instant,
  /** Of a release: the old history could not be read, and is kept aside. */
  new_history: z.boolean(),
})

export const challengeGiven = z.object({ challenge: z.string(), expires_in_ms: z.number() })

export type RestartLine = z.infer<typeof restartLine>
export type WorkerStatus = z.infer<typeof workerStatus>
export type RestartAccepted = z.infer<typeof restartAccepted>
export type RestartDryRun = z.infer<typeof restartDryRun>
export type WordRecorded = z.infer<typeof wordRecorded>
export type RestartRefused = z.infer<typeof restartRefused>

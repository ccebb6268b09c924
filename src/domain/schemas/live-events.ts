/**
 * What the agent tells by itself, over one stream of server-sent events (OB4). Each event is the present state of its
 * kind and no difference: whoever missed some is right again with the next one.
 */
import * as z from 'zod/mini'
import { health, policyStateBlock, recoveryRecommendation } from './health.ts'
import { navigationView } from './navigation-api.ts'
import { restartLine } from './worker-api.ts'

/** Those that are kept, and told again to whoever comes back with the id of the last one it had. */
export const LIVE_STATES = {
  health,
  /** `version` is what `If-Match` asks for. */
  policy: z.object({
    version: z.string(),
    history_readable: z.boolean(),
    policy_state: policyStateBlock,
    recovery_recommendation: recoveryRecommendation,
  }),
  restarts: z.object({ last_restart: z.nullable(restartLine) }),
  /** The kill switch: what a file that came or went has changed (SH3). */
  navigation: navigationView,
  /** Something was written to the trail: `GET /admin/api/audit` has it. */
  audit: z.object({ changed_at: z.string() }),
} as const

export const LIVE_NOTICES = {
  /** There are raw samples that a cursor from before does not have yet; at most one a second. */
  raw: z.object({ at: z.number() }),
  /** The id that was sent is not known any more: what happened in between is lost, what is true now follows. */
  lost: z.object({ last_event_id: z.string() }),
  /** The last word of a stream that the agent ends. */
  ended: z.object({ reason: z.enum(['too_slow', 'not_signed_in', 'agent_stopping']) }),
} as const

export type LiveState = keyof typeof LIVE_STATES
export type LiveNotice = keyof typeof LIVE_NOTICES
export type LiveStateOf<Kind extends LiveState> = z.infer<(typeof LIVE_STATES)[Kind]>
export type LiveNoticeOf<Kind extends LiveNotice> = z.infer<(typeof LIVE_NOTICES)[Kind]>
export type EndReason = LiveNoticeOf<'ended'>['reason']

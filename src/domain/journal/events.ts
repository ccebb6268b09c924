/**
 * The journal: everything that was decided, asked, done and seen, as events that are only ever appended
 * (AU1, AU2). Nothing else is stored: restart history, guard, pause and open requests are folds over it, so
 * that no second place can disagree.
 *
 * Each writing process has a journal of its own, hash-chained: the watchdog writes what it decides and does,
 * the agent and the local CLI write what an authenticated person asked for. Each reads the other's.
 */
import * as z from 'zod/mini'
import { RELEASE_WORDS } from '../release/release-word.ts'
import { role } from '../schemas/role.ts'
import { POLICY_STATES } from '../schemas/health.ts'
import { rollbackReport } from '../schemas/rollback-report.ts'
import { historyEntry } from '../schemas/state-file.ts'

const instant = z.number()

/** When, on both clocks: ages within one boot come from the one that nobody can set (WD11). */
export const eventTime = z.object({
  wall: instant,
  /** Milliseconds on the monotonic clock of this boot. */
  monotonic: z.number(),
  boot: z.string(),
})

/** Whoever owns a flag that nobody recorded: `flag:uid=33`. */
export const FLAG_ACTOR = 'flag:uid='

export const actor = z.object({
  /** `local:ops`, `user:ops`, `flag:uid=33`, `watchdog`. */
  name: z.string(),
  ip: z.nullable(z.string()),
})

/** Weakest first (WD16). */
export const RUNGS = ['reload', 'roll', 'service'] as const
export const rung = z.enum(RUNGS)

export const restartAsk = z.object({
  request_id: z.string(),
  source: z.enum(['auto', 'manual']),
  rung,
  override: z.nullable(
    z.object({ acknowledged: z.boolean(), reason: z.string(), passes: z.array(z.literal('preflight')) }),
  ),
  /** The flag's own fields, as claimed, unknown ones included; null where there was no flag. */
  claimed: z.nullable(z.record(z.string(), z.unknown())),
  actor,
})

const decisionBody = z.object({
  decision: z.enum(['allowed', 'manual_override', 'blocked']),
  reason: z.string(),
  reasons: z.array(z.string()),
  warnings: z.array(z.string()),
  state: z.enum(POLICY_STATES),
  thresholds: z.record(z.string(), z.unknown()),
  attempts_in_window: z.number(),
  churn: z.number(),
  cooldown_remaining_ms: z.number(),
})

/** What the target looked like, so that "did it help" can be judged on evidence (WD14). */
export const evidence = z.object({
  healthy: z.boolean(),
  saturation: z.nullable(z.number()),
  error_ratio: z.nullable(z.number()),
  reason: z.nullable(z.string()),
})

const masterIdentity = z.object({
  pid: z.number(),
  start_ticks: z.number(),
  boot: z.string(),
  exe: z.string(),
})

/** Said twice by a retry, recorded once (WD17); rows of an earlier release have none. */
const wordId = z.optional(z.string())

/** One schema per kind of event; `type` tells them apart. */
export const journalEvent = z.discriminatedUnion('type', [
  // What a person asked for (agent and CLI).
  z.object({ type: z.literal('request_recorded'), ask: restartAsk }),
  z.object({ type: z.literal('guard_released'), actor, reason: z.string(), request_id: wordId }),
  z.object({
    type: z.literal('paused'),
    actor,
    reason: z.string(),
    until: z.nullable(instant),
    request_id: wordId,
  }),
  z.object({ type: z.literal('resumed'), actor, reason: z.string(), request_id: wordId }),
  /** The kill switch, by whoever (SH3). */
  z.object({
    type: z.literal('navigation_changed'),
    actor,
    change: z.enum(['engaged', 'released']),
    /** null: all routes. */
    route: z.nullable(z.string()),
    reason: z.string(),
    /** Written, or to be taken away: place and name. */
    files: z.array(z.string()),
    request_id: wordId,
  }),
  /** How going back went, when it had (SH7). */
  z.extend(rollbackReport, {
    type: z.literal('rolled_back'),
    actor,
    reason: z.string(),
    request_id: wordId,
  }),
  // What was found of a build, let pass, and put in place (MG2, MG3).
  z.object({ ...RELEASE_WORDS.gatesRun.shape, actor, request_id: wordId }),
  z.object({ ...RELEASE_WORDS.gateWaived.shape, actor, request_id: wordId }),
  z.object({ ...RELEASE_WORDS.cutover.shape, actor, request_id: wordId }),
  // Who may ask (SE1): no password, token or link stands in any of them.
  z.object({
    type: z.literal('account_changed'),
    actor,
    account: z.string(),
    change: z.enum(['added', 'password_set', 'removed']),
    role,
  }),
  z.object({
    type: z.literal('token_changed'),
    actor,
    change: z.enum(['created', 'revoked']),
    id: z.string(),
    name: z.string(),
    role,
    until: z.nullable(instant),
  }),
  z.object({ type: z.literal('sign_in_link_made'), actor, until: instant }),
  z.object({ type: z.literal('signed_in'), actor, way: z.enum(['password', 'link']), role }),
  /** By an administrator; whoever signs out by themselves is no row. */
  z.object({ type: z.literal('session_ended'), actor, holder: z.string(), address: z.string() }),
  z.object({
    type: z.literal('sign_in_refused'),
    /** `unknown` where there is no such account: what was typed as a name may be a password. */
    actor,
    reason: z.enum(['account_unknown', 'wrong_password', 'link_not_valid']),
    /** Those since the last row of this kind that came too fast for a row each. */
    unrecorded: z.number(),
  }),
  // What the watchdog found, decided and did.
  z.object({
    type: z.literal('request_claimed'),
    ask: restartAsk,
    warnings: z.array(z.string()),
    /** By the time of the flag's file; missing where there was none, and in older journals. */
    written_at: z.optional(instant),
  }),
  z.object({
    type: z.literal('flag_rejected'),
    reason: z.string(),
    file: z.string(),
    owner_uid: z.nullable(z.number()),
  }),
  /** Flags that came under the flag's name and were gone before they were seen: whose they were, nobody can say. */
  z.object({ type: z.literal('flags_unseen'), count: z.number() }),
  z.object({ type: z.literal('request_refused'), ask: restartAsk, decision: decisionBody }),
  z.object({
    type: z.literal('intent'),
    attempt_id: z.string(),
    ask: restartAsk,
    decision: decisionBody,
    master: masterIdentity,
    workers: z.array(z.number()),
    before: evidence,
  }),
  z.object({
    type: z.literal('outcome'),
    attempt_id: z.string(),
    /** Whether any signal was sent: without one it is no attempt. */
    signalled: z.boolean(),
    success: z.boolean(),
    reason: z.string(),
    detail: z.string(),
    helped: z.nullable(z.boolean()),
    after: z.nullable(evidence),
    workers: z.array(z.number()),
  }),
  z.object({
    type: z.literal('request_ended'),
    request_id: z.string(),
    /** Of a request whose claim stands in no row: it is taken up and ended by this one. */
    ask: z.optional(restartAsk),
    reason: z.string(),
    detail: z.string(),
  }),
  z.object({
    type: z.literal('guard_latched'),
    churn: z.number(),
    window_ms: z.number(),
    reason: z.string(),
  }),
  z.object({ type: z.literal('external_restart'), detail: z.string(), master: z.nullable(masterIdentity) }),
  z.object({ type: z.literal('target_changed'), from: z.string(), to: z.string(), detail: z.string() }),
  z.object({
    type: z.literal('watchdog_started'),
    version: z.string(),
    contract_version: z.string(),
    new_history: z.boolean(),
    /** What the policy works by from here on; rows of an earlier release do not tell. */
    thresholds: z.optional(z.record(z.string(), z.unknown())),
  }),
  z.object({ type: z.literal('watchdog_stopped'), reason: z.string() }),
  /** The restart history of an existing deployment, taken over once (WD18): times in UTC, fields as they were. */
  z.object({ type: z.literal('history_imported'), file: z.string(), entries: z.array(historyEntry) }),
  /** `rows`: how many are gone in all, so also the place of the last one (chain.ts). */
  z.object({
    type: z.literal('pruned'),
    rows: z.number(),
    last_hash: z.string(),
    /** When the last one that is gone was written. */
    last_at: z.optional(instant),
    /** The front of the operators' journal that goes with it. Whoever still finds it there passes it over. */
    operators: z.optional(z.object({ rows: z.number(), last_hash: z.string() })),
    actor: z.optional(actor),
    command: z.optional(z.string()),
    /** What the removed rows said of the time right after them; later rows say it again when it changes. */
    contract_version: z.optional(z.nullable(z.string())),
    thresholds: z.optional(z.record(z.string(), z.unknown())),
  }),
])

/** A row as it is stored: its place in the chain, and the hash over everything before and in it. */
export const journalRow = z.object({
  seq: z.int(),
  id: z.string(),
  time: eventTime,
  event: journalEvent,
  previous_hash: z.string(),
  hash: z.string(),
})

const OF_WATCHDOG: ReadonlySet<string> = new Set<JournalEvent['type']>([
  'request_claimed',
  'flag_rejected',
  'flags_unseen',
  'intent',
  'outcome',
  'guard_latched',
  'external_restart',
  'target_changed',
  'watchdog_started',
  'watchdog_stopped',
  'history_imported',
])

/** Whether its kind alone tells that it stands in the watchdog's journal: refusals and ends may stand in either. */
export function isOfWatchdog({ type }: JournalEvent): boolean {
  return OF_WATCHDOG.has(type)
}

/** Whether this release can rely on it: not of a kind that only a newer one knows, and not tampered with. */
export function isKnownEvent(event: unknown): event is JournalEvent {
  return journalEvent.safeParse(event).success
}

export type JournalEvent = z.infer<typeof journalEvent>
export type JournalRow = z.infer<typeof journalRow>
export type Rung = z.infer<typeof rung>
export type EventTime = z.infer<typeof eventTime>
export type RestartAsk = z.infer<typeof restartAsk>
export type Evidence = z.infer<typeof evidence>
export type MasterIdentity = z.infer<typeof masterIdentity>

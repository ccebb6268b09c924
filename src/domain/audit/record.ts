/**
 * The audit trail is the journal (ADR 0007); this is how one row of it reads as a structured event (AU1). Pure,
 * and total over all kinds of event: a kind without a row in `factsOf` does not compile.
 *
 * The policy's state is what the policy itself says of the history right before and right after the row. Where
 * a decision was recorded, the state before is the recorded one, which the target's circuit had its part in.
 */
import * as z from 'zod/mini'
import { cleanLines, cleanValue } from '../free-text.ts'
import { isKnownEvent, type EventTime, type JournalEvent, type RestartAsk } from '../journal/events.ts'
import type { JournalState } from '../journal/fold.ts'
import { knownRequest } from '../journal/requests.ts'
import { policySettingsOf } from '../policy/config.ts'
import { policyState } from '../policy/decide.ts'
import { policyInputOf } from '../policy/from-history.ts'
import { rollbackText } from '../release/rollback.ts'
import { POLICY_STATES, type PolicyState } from '../schemas/health.ts'
import { isoText, utcText } from '../time.ts'
import { JOURNALS, type AuditEntry, type AuditRow, type Moment } from './trail.ts'

const text = z.nullable(z.string())
const fields = z.nullable(z.record(z.string(), z.unknown()))

export const auditRecord = z.object({
  id: z.string(),
  /** UTC, to the millisecond. */
  time: z.string(),
  actor: z.string(),
  source: z.enum(['auto', 'manual', 'external']),
  ip: text,
  /** The kind of event. */
  action: z.string(),
  /** `allowed`, `manual_override`, `blocked`, `executed`, `failed`, `external`, `rejected`; null where nothing was decided. */
  decision: text,
  reason: text,
  /** Null where there was nothing to succeed. */
  success: z.nullable(z.boolean()),
  detail: text,
  thresholds: fields,
  policy_state_before: z.enum(POLICY_STATES),
  policy_state_after: z.enum(POLICY_STATES),
  request_id: text,
  contract_version: text,
  override_reason: text,
  /** What a restart flag said of itself, believed or not. */
  claimed: fields,
  journal: z.enum(JOURNALS),
  seq: z.number(),
  hash: z.string(),
})

export type AuditRecord = z.infer<typeof auditRecord>

type Facts = Pick<AuditRecord, 'actor' | 'source'> &
  Partial<
    Pick<
      AuditRecord,
      | 'ip'
      | 'decision'
      | 'reason'
      | 'success'
      | 'detail'
      | 'thresholds'
      | 'request_id'
      | 'override_reason'
      | 'claimed'
    >
  > & { readonly decidedIn?: PolicyState; readonly leftIn?: PolicyState }

export function auditRecordOf({ row, before, after }: AuditEntry): AuditRecord {
  const { id, time, journal, seq, hash } = row
  const facts = auditFactsOf(row, before.history)
  return {
    id,
    time: utcText(time.wall),
    actor: cleanLines(facts.actor),
    source: facts.source,
    ip: cleaned(facts.ip),
    action: cleanLines(row.event.type),
    decision: facts.decision ?? null,
    reason: cleaned(facts.reason),
    success: facts.success ?? null,
    detail: cleaned(facts.detail),
    thresholds: facts.thresholds ?? policySettingsOf(after.policy),
    policy_state_before: facts.decidedIn ?? stateAt(before, time),
    policy_state_after: facts.leftIn ?? stateAt(after, time),
    request_id: cleaned(facts.request_id),
    contract_version: after.contractVersion,
    override_reason: cleaned(facts.override_reason),
    claimed: (cleanValue(facts.claimed) ?? null) as AuditRecord['claimed'],
    journal,
    seq,
    hash,
  }
}

/** What a row says, given the history before it: an outcome's request stands there and not in the row. */
export function auditFactsOf({ event }: AuditRow, history: JournalState): Facts {
  if (isKnownEvent(event)) return factsOf(event, history)
  return { actor: 'unknown', source: 'external', detail: 'this release does not know such an event' }
}

const WATCHDOG = { actor: 'watchdog', source: 'auto' } as const

function factsOf(event: JournalEvent, history: JournalState): Facts {
  switch (event.type) {
    case 'request_recorded':
      return askedBy(event.ask)
    case 'request_claimed':
      return { ...askedBy(event.ask), detail: listed(event.warnings) }
    case 'request_refused': {
      const { ask, decision } = event
      const { reason, reasons, warnings, thresholds, state } = decision
      const detail = listed([...reasons.slice(1), ...warnings])
      const states = { decidedIn: state, leftIn: state }
      return { ...askedBy(ask), decision: decision.decision, reason, detail, thresholds, ...states }
    }
    case 'intent': {
      const { ask, decision, master, workers } = event
      const { reason, thresholds, state } = decision
      const detail = `master ${master.pid}, ${workers.length} workers`
      const decided = { decision: decision.decision, reason, thresholds, decidedIn: state }
      return { ...askedBy(ask), ...decided, detail }
    }
    case 'outcome': {
      const attempt = history.history.find(
        (item) => item.kind === 'attempt' && item.attemptId === event.attempt_id,
      )
      const { signalled, success, reason, detail } = event
      const ended = { success, reason, detail: detail === '' ? null : detail }
      if (attempt?.kind !== 'attempt')
        return { ...WATCHDOG, ...ended, decision: signalled ? 'executed' : 'failed' }
      const executed = attempt.decision.decision === 'manual_override' ? 'manual_override' : 'executed'
      const { thresholds } = attempt.decision
      return { ...askedBy(attempt.ask), ...ended, decision: signalled ? executed : 'failed', thresholds }
    }
    case 'request_ended': {
      const request = knownRequest(history.requests, event.request_id)
      const ask = request?.claimed ?? request?.recorded ?? null
      const { request_id, reason, detail } = event
      const asked = ask === null ? { ...WATCHDOG, request_id } : askedBy(ask)
      return { ...asked, decision: 'failed', success: false, reason, detail }
    }
    case 'guard_released':
    case 'resumed':
      return { ...saidBy(event.actor, event.request_id), reason: event.reason === '' ? null : event.reason }
    case 'paused': {
      const { reason, until } = event
      const detail = until === null ? 'until it is resumed' : `until ${isoText(until)}`
      return { ...saidBy(event.actor, event.request_id), reason, detail }
    }
    case 'navigation_changed': {
      const { actor, change, route, reason, files, request_id: id } = event
      const detail = [`${change}: ${route ?? 'all routes'}`, ...files].join(', ')
      return { ...saidBy(actor, id), reason, success: true, detail }
    }
    case 'rolled_back': {
      const { actor, reason, success, request_id: id } = event
      return { ...saidBy(actor, id), reason, success, detail: rollbackText(event) }
    }
    case 'gates_run':
    case 'gate_waived':
    case 'cutover':
      return releaseFacts(event)
    case 'account_changed':
    case 'token_changed':
    case 'sign_in_link_made':
    case 'signed_in':
    case 'session_ended':
    case 'sign_in_refused':
      return accessFacts(event)
    case 'flag_rejected': {
      const { owner_uid: uid, reason, file } = event
      const actor = `flag:uid=${uid ?? 'unknown'}`
      return { actor, source: 'external', decision: 'rejected', reason, detail: file }
    }
    case 'flags_unseen':
      return { actor: 'unknown', source: 'external', detail: `${event.count} flags` }
    case 'guard_latched': {
      const detail = `churn ${event.churn} in ${event.window_ms / 1000} s`
      return { ...WATCHDOG, reason: event.reason, detail }
    }
    case 'external_restart':
      return { actor: 'unknown', source: 'external', decision: 'external', detail: event.detail }
    case 'target_changed': {
      const { from, to, detail } = event
      return { ...WATCHDOG, reason: to, detail: listed([`before: ${from}`, detail]) }
    }
    case 'watchdog_started': {
      const { version, new_history: isNew } = event
      return { ...WATCHDOG, detail: `version ${version}${isNew ? ', a new history' : ''}` }
    }
    case 'watchdog_stopped':
      return { ...WATCHDOG, reason: event.reason }
    case 'history_imported':
      return { ...WATCHDOG, detail: `${event.entries.length} entries of ${event.file}` }
    case 'pruned':
      return { ...saidBy(event.actor ?? { name: 'unknown', ip: null }), detail: `rows 1 to ${event.rows}` }
  }
}

function releaseFacts(event: ReleaseEvent): Facts {
  const said = saidBy(event.actor, event.request_id)
  switch (event.type) {
    case 'gates_run': {
      const { results, build_hash: build } = event
      const passed = results.filter(({ outcome }) => outcome === 'passed').length
      const others = results
        .filter(({ outcome }) => outcome !== 'passed')
        .map(({ gate, outcome }) => `${gate}: ${outcome}`)
      const detail = listed([`build ${shortHash(build)}`, `${passed} of ${results.length} passed`, ...others])
      return { ...said, success: others.length === 0, detail }
    }
    case 'gate_waived': {
      const { gate, name, reason, until, build_hash: build } = event
      const detail = `${gate}, answered for by ${name}, until ${utcText(until)}, build ${shortHash(build)}`
      return { ...said, reason, detail }
    }
    case 'cutover': {
      const { step, success, reason, detail, took_ms: took, build_hash: build } = event
      const time = took === null ? '' : `${(took / 1000).toFixed(1)} s`
      const words = [step, `build ${shortHash(build)}`, detail, time]
      const decision = step === 'refused' ? 'blocked' : null
      return { ...said, reason: reason === '' ? null : reason, success, decision, detail: listed(words) }
    }
  }
}

type ReleaseEvent = Extract<JournalEvent, { type: 'gates_run' | 'gate_waived' | 'cutover' }>

function shortHash(hash: string | null): string {
  return hash === null ? 'of no name' : hash.slice(0, 12)
}

/** Who may ask, and who came in. */
function accessFacts(event: AccessEvent): Facts {
  const said = saidBy(event.actor)
  switch (event.type) {
    case 'account_changed':
      return { ...said, reason: event.change, detail: `account ${event.account}, ${event.role}` }
    case 'token_changed': {
      const { id, name, role, until, change } = event
      const end = until === null ? 'without expiry' : `until ${isoText(until)}`
      return { ...said, reason: change, detail: `token ${id} (${name}), ${role}, ${end}` }
    }
    case 'sign_in_link_made':
      return { ...said, detail: `until ${isoText(event.until)}` }
    case 'signed_in':
      return { ...said, reason: event.way, success: true, detail: event.role }
    case 'session_ended':
      return { ...said, success: true, detail: `${event.holder}, from ${event.address}` }
    case 'sign_in_refused': {
      const more =
        event.unrecorded === 0 ? null : `and ${event.unrecorded} before it, not recorded one by one`
      return { ...said, reason: event.reason, decision: 'rejected', success: false, detail: more }
    }
  }
}

type AccessEvent = Extract<
  JournalEvent,
  {
    type:
      | 'account_changed'
      | 'token_changed'
      | 'sign_in_link_made'
      | 'signed_in'
      | 'session_ended'
      | 'sign_in_refused'
  }
>

function askedBy({ request_id, source, override, claimed, actor }: RestartAsk): Facts {
  return {
    actor: actor.name,
    ip: actor.ip,
    source,
    request_id,
    override_reason: override?.reason ?? null,
    claimed,
  }
}

function saidBy({ name, ip }: RestartAsk['actor'], requestId?: string): Facts {
  return { actor: name, ip, source: 'manual', request_id: requestId ?? null }
}

function listed(words: readonly string[]): string | null {
  return words.filter((word) => word !== '').join(', ') || null
}

function stateAt({ history, policy }: Moment, now: EventTime): PolicyState {
  return policyState(policyInputOf({ config: policy, history, outcome: { kind: 'never' }, now })).state
}

function cleaned(words: string | null | undefined): string | null {
  return words === null || words === undefined ? null : cleanLines(words)
}

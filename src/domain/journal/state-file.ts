/**
 * The state file of existing deployments (WD18), written from the fold for whoever else reads it, and taken
 * over from a deployment that had one before Holdfast. It is a view: Holdfast itself never reads back what it
 * wrote there.
 */
import { redactedValue } from '../redaction.ts'
import { readJsonText, type Reading } from '../schemas/findings.ts'
import {
  HISTORY_LIMIT_PRESET,
  historyTime,
  stateFile,
  type HistoryEntry,
  type StateFile,
} from '../schemas/state-file.ts'
import { parseTime, type LocalOffset } from '../time-text.ts'
import { isoText, type DurationMs, type EpochMs } from '../time.ts'
import type { EventTime, JournalEvent, RestartAsk } from './events.ts'
import { countsAs, type Attempt, type DecisionBody, type HistoryItem, type JournalState } from './fold.ts'
import { shownHistory } from './questions.ts'

interface FileInput {
  readonly windowMs: DurationMs
  readonly historyLimit: number
  readonly now: EventTime
}

export function stateFileOf(state: JournalState, { windowMs, historyLimit, now }: FileInput): StateFile {
  const last = state.history.findLast((item) => countsAs(item) === 'attempt')
  return {
    last_restart: last === undefined ? null : entryOf(last),
    history: shownHistory(state, { windowMs, limit: historyLimit, now }).map(entryOf),
    history_limit: historyLimit,
  }
}

/** An existing state file as the event that takes it over: local times are settled to UTC, all else stays. */
export function importedHistory(
  file: string,
  content: string,
  localOffset: LocalOffset,
): Reading<{ readonly event: JournalEvent; readonly historyLimit: number }> {
  const reading = readJsonText(stateFile, content)
  if (!reading.ok) return reading
  const { history = [], last_restart: last, history_limit: limit } = reading.value
  const entries = history.map((entry) => inUtc(entry, localOffset))
  // Some writers update `last_restart` before `history`: a restart that only stands there happened as well.
  const isListed = last === undefined || last === null || history.some((entry) => sameRestart(entry, last))
  const all = isListed || historyTime(last) === null ? entries : [...entries, inUtc(last, localOffset)]
  return {
    ok: true,
    value: {
      event: { type: 'history_imported', file, entries: all },
      historyLimit: limit ?? HISTORY_LIMIT_PRESET,
    },
  }
}

function sameRestart(one: HistoryEntry, other: HistoryEntry): boolean {
  return historyTime(one) === historyTime(other)
}

function inUtc(entry: HistoryEntry, localOffset: LocalOffset): HistoryEntry {
  const settle = (text: string | null | undefined): string | null => {
    const at = parseTime(text ?? '', localOffset)
    return at === null ? null : isoText(at)
  }
  const times = { requested_at: settle(entry.requested_at), completed_at: settle(entry.completed_at) }
  return { ...(redactedValue(entry) as HistoryEntry), ...times }
}

function entryOf(item: HistoryItem): HistoryEntry {
  switch (item.kind) {
    case 'imported':
      return item.entry
    case 'attempt':
      return attemptEntry(item)
    case 'external':
      return {
        requested_by: null,
        requested_at: isoText(item.at.wall),
        requested_ip: null,
        completed_at: isoText(item.at.wall),
        success: true,
        source: 'external',
        decision: 'external',
        decision_reason: item.detail,
        manual_override: false,
        policy_state: null,
      }
    case 'refused':
      return {
        ...asked(item.ask, item.at.wall),
        completed_at: null,
        success: false,
        decision: 'blocked',
        decision_reason: item.decision.reason,
        policy_state: policyBlock(item.decision),
      }
    case 'unsent':
      return {
        ...asked(item.ask, item.at.wall),
        completed_at: isoText(item.endedAt.wall),
        success: false,
        decision: 'failed',
        decision_reason: item.reason,
        policy_state: null,
      }
  }
}

/** Signalled is an attempt whatever came of it; without an outcome it is not known yet what did. */
function attemptEntry({ ask, at, decision, outcome }: Attempt & { readonly at: EventTime }): HistoryEntry {
  return {
    ...asked(ask, at.wall),
    completed_at: outcome === null ? null : isoText(outcome.at.wall),
    success: outcome?.success ?? null,
    decision: decision.decision === 'manual_override' ? 'manual_override' : 'executed',
    decision_reason: outcome?.reason ?? null,
    manual_override: decision.decision === 'manual_override',
    policy_state: policyBlock(decision),
  }
}

function asked({ actor, claimed, source, override }: RestartAsk, at: EpochMs): HistoryEntry {
  return {
    // As existing readers know it: whom the flag names. Who it really was is in the journal.
    requested_by: textOr(claimed?.user, actor.name),
    requested_at: isoText(at),
    requested_ip: textOr(claimed?.ip, actor.ip),
    source,
    manual_override: override !== null,
  }
}

function textOr<T>(claimed: unknown, otherwise: T): string | T {
  return typeof claimed === 'string' ? claimed : otherwise
}

function policyBlock(decision: DecisionBody): Record<string, unknown> {
  return {
    state: decision.state,
    attempts_in_window: decision.attempts_in_window,
    churn: decision.churn,
    cooldown_remaining_seconds: Math.ceil(decision.cooldown_remaining_ms / 1000),
    thresholds: decision.thresholds,
  }
}

/** The restart history as people and programs are shown it: who really asked, what came of it, whether it helped. */
import type { RestartLine } from '../schemas/worker-api.ts'
import { historyTime } from '../schemas/state-file.ts'
import { isoText, type DurationMs } from '../time.ts'
import { countsAs, type Attempt, type HistoryItem, type JournalState } from './fold.ts'
import type { EventTime, RestartAsk } from './events.ts'
import { shownHistory } from './questions.ts'

/** The journals hold the rest. */
export const LINES_LIMIT = 50

export function restartLines(
  state: JournalState,
  window: { readonly windowMs: DurationMs; readonly now: EventTime },
): RestartLine[] {
  return shownHistory(state, { ...window, limit: LINES_LIMIT }).map(lineOf)
}

/** The last restart, whoever caused it; a refusal is none. */
export function lastRestartLine({ history }: JournalState): RestartLine | null {
  const last = history.findLast((item) => countsAs(item) !== 'none')
  return last === undefined ? null : lineOf(last)
}

export function lineOf(item: HistoryItem): RestartLine {
  switch (item.kind) {
    case 'attempt':
      return attemptLine(item)
    case 'external':
      return {
        ...EMPTY,
        kind: 'external',
        requested_at: isoText(item.at.wall),
        completed_at: isoText(item.at.wall),
        source: 'external',
        decision: 'external',
        detail: item.detail,
        success: true,
      }
    case 'refused':
      return {
        ...askedLine(item.ask, item.at),
        kind: 'refused',
        decision: 'blocked',
        decision_reason: item.decision.reason,
        success: false,
      }
    case 'unsent':
      return {
        ...askedLine(item.ask, item.at),
        kind: 'unsent',
        completed_at: isoText(item.endedAt.wall),
        decision: 'failed',
        decision_reason: item.reason,
        success: false,
      }
    case 'imported':
      return importedLine(item)
  }
}

const EMPTY: Omit<RestartLine, 'kind'> = {
  request_id: null,
  requested_by: null,
  requested_at: null,
  completed_at: null,
  source: null,
  decision: null,
  decision_reason: null,
  detail: null,
  success: null,
  manual_override: false,
  override_reason: null,
  helped: null,
}

function askedLine({ request_id, actor, source, override }: RestartAsk, at: EventTime): typeof EMPTY {
  return {
    ...EMPTY,
    request_id,
    requested_by: actor.name,
    requested_at: isoText(at.wall),
    source,
    manual_override: override !== null,
    override_reason: override?.reason ?? null,
  }
}

function attemptLine(item: Attempt & { readonly at: EventTime }): RestartLine {
  const { ask, at, decision, outcome } = item
  const isOverride = decision.decision === 'manual_override'
  return {
    ...askedLine(ask, at),
    kind: 'attempt',
    completed_at: outcome === null ? null : isoText(outcome.at.wall),
    decision: isOverride ? 'manual_override' : 'executed',
    decision_reason: outcome?.reason ?? null,
    detail: outcome?.detail ?? null,
    success: outcome?.success ?? null,
    manual_override: isOverride,
    helped: outcome?.helped ?? null,
  }
}

function importedLine({ entry }: Extract<HistoryItem, { kind: 'imported' }>): RestartLine {
  return {
    ...EMPTY,
    kind: 'imported',
    requested_by: entry.requested_by ?? null,
    requested_at: historyTime(entry),
    completed_at: entry.completed_at ?? null,
    source: entry.source ?? null,
    decision: entry.decision ?? null,
    decision_reason: entry.decision_reason ?? null,
    success: entry.success ?? null,
    manual_override: entry.manual_override === true,
  }
}

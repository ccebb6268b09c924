/** One line of the restart history as a row: who asked, what came of it, and how that looks. */
import {
  historyKind,
  historyOutcome,
  HISTORY_OUTCOMES,
  type HistoryOutcome,
} from '#domain/journal/history-words.ts'
import type { RestartLine } from '#domain/schemas/worker-api.ts'
import type { EpochMs } from '#domain/time.ts'
import { ageText } from '#domain/units.ts'
import { clockText, type ClockText } from '#web/clock-text.ts'
import { messages } from '#web/messages.ts'
import { recoverMessages } from '#web/messages-recover.ts'
import { reasonWords } from '#web/reason-words.ts'
import type { Look } from '#web/ui/look.ts'

const { watchdog, ago } = recoverMessages
const { history: words } = watchdog

export interface HistoryRow {
  readonly id: string
  /** null: on record without a time. */
  readonly when: { readonly age: string; readonly exact: ClockText } | null
  readonly what: string
  readonly by: string
  readonly outcome: Look
  /** More of the outcome, in words; empty where there is none. */
  readonly because: string
  readonly took: string
}

/** Newest first. `now` is the agent's. */
export function historyRows(lines: readonly RestartLine[], now: EpochMs): HistoryRow[] {
  return lines.map((line, index) => rowOf(line, index, now)).toReversed()
}

function rowOf(line: RestartLine, index: number, now: EpochMs): HistoryRow {
  return {
    id: `${index}-${line.request_id ?? line.requested_at ?? ''}`,
    when: whenOf(line, now),
    what: historyKind(line),
    by: byOf(line),
    outcome: outcomeOf(line),
    because: becauseOf(line),
    took: tookOf(line),
  }
}

function whenOf({ requested_at, completed_at }: RestartLine, now: EpochMs): HistoryRow['when'] {
  const at = Date.parse(requested_at ?? completed_at ?? '')
  if (Number.isNaN(at)) return null
  return { age: ago(ageText(now - at)), exact: clockText(at, now) }
}

export function byOf({ kind, source, requested_by: by }: RestartLine): string {
  if (kind === 'external') return words.by.external
  return source === 'auto' ? words.by.auto : (by ?? words.by.unknown)
}

/** Shape and word say it; the tone only repeats it. */
const LOOKS: Record<HistoryOutcome, Omit<Look, 'word'>> = {
  external: { tone: 'unknown', shape: 'ring' },
  refused: { tone: 'unknown', shape: 'gate' },
  unsent: { tone: 'held', shape: 'cross' },
  running: { tone: 'busy', shape: 'turn' },
  failed: { tone: 'bad', shape: 'cross' },
  verified: { tone: 'ok', shape: 'disc' },
  helped: { tone: 'ok', shape: 'disc' },
  unhelpful: { tone: 'held', shape: 'triangle' },
}

export function outcomeOf(line: RestartLine): Look {
  const outcome = historyOutcome(line)
  return { ...LOOKS[outcome], word: HISTORY_OUTCOMES[outcome] }
}

function becauseOf(line: RestartLine): string {
  const { kind, success, decision_reason: code, detail, override_reason: typed } = line
  const parts = [
    kind === 'external' ? detail : null,
    kind !== 'external' && success === false && code !== null ? reasonWords(code) : null,
    success === false && kind === 'attempt' ? detail : null,
    typed === null || typed === '' ? null : words.reason(typed),
  ]
  return parts.filter((part) => part !== null && part !== '').join(' · ')
}

/** From the signal to the proof of recovery. */
function tookOf({ kind, success, requested_at, completed_at }: RestartLine): string {
  const tookMs = Date.parse(completed_at ?? '') - Date.parse(requested_at ?? '')
  if (kind !== 'attempt' || success !== true || Number.isNaN(tookMs)) return messages.none
  return ageText(tookMs)
}

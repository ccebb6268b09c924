/** Writes a journal for a test: real rows, on a machine whose two clocks the test holds in its hand. */
import { emptyState, apply, type JournalState } from '#domain/journal/fold.ts'
import type { EventTime, Evidence, JournalEvent, JournalRow, RestartAsk } from '#domain/journal/events.ts'

export const START = Date.parse('2026-02-08T03:00:00Z')

export class Diary {
  state: JournalState = emptyState
  readonly rows: JournalRow[] = []
  now: EventTime = { wall: START, monotonic: 1000, boot: 'boot-1' }

  write(event: JournalEvent, time: EventTime = this.now): this {
    const seq = this.rows.length + 1
    const row = { seq, id: `e${seq}`, time, event, previous_hash: '', hash: '' }
    this.rows.push(row)
    this.state = apply(this.state, row)
    return this
  }

  wait(ms: number): this {
    this.now = { ...this.now, wall: this.now.wall + ms, monotonic: this.now.monotonic + ms }
    return this
  }

  /** Somebody, or a time server, sets the wall clock. */
  setWall(byMs: number): this {
    this.now = { ...this.now, wall: this.now.wall + byMs }
    return this
  }

  reboot(offMs: number): this {
    const number = Number(this.now.boot.slice(5)) + 1
    this.now = { wall: this.now.wall + offMs, monotonic: 0, boot: `boot-${number}` }
    return this
  }

  attempt(id: string, ending: Partial<EventOf<'outcome'>> = {}): this {
    return this.write(intent(id)).write(outcome(id, ending))
  }
}

type EventOf<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>

export const WELL: Evidence = { healthy: true, saturation: 0.2, error_ratio: 0, reason: null }
export const actor = { name: 'local:ops', ip: null }
const master = { pid: 7, start_ticks: 1, boot: 'boot-1', exe: '/opt/env/bin/python' }

export function ask(requestId: string, over: Partial<RestartAsk> = {}): RestartAsk {
  return {
    request_id: requestId,
    source: 'manual',
    rung: 'reload',
    override: null,
    claimed: null,
    actor,
    ...over,
  }
}

export const decision: EventOf<'intent'>['decision'] = {
  decision: 'allowed',
  reason: 'policy_allows_manual_restart',
  reasons: ['policy_allows_manual_restart'],
  warnings: [],
  state: 'allowed',
  thresholds: {},
  attempts_in_window: 0,
  churn: 0,
  cooldown_remaining_ms: 0,
}

export function intent(id: string, over: Partial<EventOf<'intent'>> = {}): EventOf<'intent'> {
  const given = { ask: ask(`r-${id}`), decision, master, workers: [8, 9], before: WELL }
  return { type: 'intent', attempt_id: id, ...given, ...over }
}

export function outcome(id: string, over: Partial<EventOf<'outcome'>> = {}): EventOf<'outcome'> {
  return {
    type: 'outcome',
    attempt_id: id,
    signalled: true,
    success: true,
    reason: 'signal_sighup',
    detail: '',
    helped: true,
    after: WELL,
    workers: [10, 11],
    ...over,
  }
}

export function refusal(id: string): EventOf<'request_refused'> {
  const blocked = { ...decision, decision: 'blocked' as const, reason: 'cooldown_override_required' }
  return { type: 'request_refused', ask: ask(`r-${id}`), decision: blocked }
}

export const external: JournalEvent = { type: 'external_restart', detail: 'somebody', master: null }
export const released: JournalEvent = { type: 'guard_released', actor, reason: 'looked into it' }
export const latched: JournalEvent = { type: 'guard_latched', churn: 3, window_ms: 600_000, reason: 'churn' }

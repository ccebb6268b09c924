/**
 * What happened before the world begins, where a watchdog has run for a while: an operator's request found no flag and
 * ended, somebody restarted the target, and then all through a maintenance the machine wished for a restart and was
 * refused, each time for another reason than before, more often than is remembered. Half of the time the wall clock
 * was set back by an hour meanwhile, so that most of it seems to lie before its own beginning.
 */
import type { EventTime, JournalEvent, RestartAsk } from '#domain/journal/events.ts'
import type { Host } from './host.ts'
import type { JournalDisk } from './world-disk.ts'

/** More than the fold remembers of settled requests and of refusals. */
const REFUSALS = 505
const SET_BACK_MS = 3_600_000
const ACTOR = { name: 'local:ops', ip: null }
/** No watchdog of this world. */
const PREDECESSOR = 0

export function liveThrough(host: Host): void {
  const { random, profile } = host
  const { policy, requestTtlMs, version, contractVersion: contract_version } = profile.rules
  // All of it within one window, in which what others restarted counts.
  const gapMs = (policy.windowMs * random.between(0.4, 0.7)) / REFUSALS
  const past = new Past(host, REFUSALS * gapMs + requestTtlMs + 3_000, random.chance(0.5) ? SET_BACK_MS : 0)
  past.watchdog({ type: 'watchdog_started', version, contract_version, new_history: true })
  const lost = operatorsAsk(host.newId())
  past.operators({ type: 'request_recorded', ask: lost })
  past.setClockBack()
  past.pass(requestTtlMs + 1_000)
  const { request_id } = lost
  const detail = 'it was recorded, but its flag never came'
  past.watchdog({ type: 'request_ended', request_id, reason: 'request_expired', detail })
  const hasRestart = policy.churnThreshold > 1
  if (hasRestart) past.watchdog({ type: 'external_restart', detail: 'another master', master: null })
  past.operators({ type: 'paused', actor: ACTOR, reason: 'maintenance', until: null })
  const decision = refusal(hasRestart ? 1 : 0)
  for (let count = 0; count < REFUSALS; count += 1) {
    past.pass(gapMs)
    const reason = count % 2 === 0 ? 'circuit_open' : 'maintenance_paused'
    const reasons = count % 2 === 0 ? ['maintenance_paused', reason] : [reason]
    past.watchdog({
      type: 'request_refused',
      ask: machinesAsk(host.newId()),
      decision: { ...decision, reason, reasons },
    })
  }
  past.operators({ type: 'resumed', actor: ACTOR, reason: 'done' })
}

/** Writes what is over, at the time that it had. */
class Past {
  readonly #host: Host
  readonly #setBackMs: number
  #agoMs: number
  #isSetBack = false

  constructor(host: Host, agoMs: number, setBackMs: number) {
    this.#host = host
    this.#agoMs = agoMs
    this.#setBackMs = setBackMs
  }

  pass(ms: number): void {
    this.#agoMs -= ms
  }

  setClockBack(): void {
    this.#isSetBack = true
  }

  watchdog(event: JournalEvent): void {
    this.#write(this.#host.journal, event)
  }

  operators(event: JournalEvent): void {
    this.#write(this.#host.operators, event)
  }

  #write(disk: JournalDisk, event: JournalEvent): void {
    this.#agoMs -= 1
    const { clock } = this.#host
    const records = disk.write([event], this.#time(), clock.now - this.#agoMs, PREDECESSOR)
    disk.flush()
    this.#host.areDurable(disk.name, records)
  }

  #time(): EventTime {
    const { wall, monotonic, boot } = this.#host.clock.time()
    const ahead = this.#isSetBack ? 0 : this.#setBackMs
    return { wall: wall - this.#agoMs + ahead, monotonic: monotonic - this.#agoMs, boot }
  }
}

function operatorsAsk(request_id: string): RestartAsk {
  return { request_id, source: 'manual', rung: 'reload', override: null, claimed: null, actor: ACTOR }
}

function machinesAsk(request_id: string): RestartAsk {
  const actor = { name: 'watchdog:target_failing', ip: null }
  return { request_id, source: 'auto', rung: 'reload', override: null, claimed: null, actor }
}

function refusal(churn: number) {
  return {
    decision: 'blocked' as const,
    warnings: [],
    state: 'paused' as const,
    thresholds: {},
    attempts_in_window: 0,
    churn,
    cooldown_remaining_ms: 0,
  }
}

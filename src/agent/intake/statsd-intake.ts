/** Datagrams in, request samples out; everything that is dropped is counted by its reason (IN1, IN4). */
import type { IntakeCounters } from '#domain/schemas/admin-api.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { RawStore } from '#agent/store/raw-store.ts'
import { AscendingTime } from './ascending-time.ts'
import { RequestPairing } from './request-pairing.ts'
import type { TrafficTally } from './traffic-tally.ts'
import { DATAGRAM_BYTES_LIMIT, parseDatagram, type StatsdMetric } from './statsd-line.ts'

interface StatsdIntakeParts {
  readonly clock: Clock
  readonly store: RawStore
  /** Of what is stored, the part that the watchdog is told. */
  readonly traffic: Pick<TrafficTally, 'add'>
}

export class StatsdIntake {
  readonly #pairing = new RequestPairing()
  readonly #time: AscendingTime
  readonly #clock: Clock
  readonly #store: RawStore
  readonly #traffic: Pick<TrafficTally, 'add'>
  readonly #counters: IntakeCounters = {
    datagrams: 0,
    samples: 0,
    malformed: 0,
    oversize: 0,
    foreign: 0,
    unpaired: 0,
    last_sample_at: null,
  }

  constructor({ clock, store, traffic }: StatsdIntakeParts) {
    this.#clock = clock
    this.#store = store
    this.#traffic = traffic
    this.#time = new AscendingTime(clock)
  }

  counters(): IntakeCounters {
    this.#counters.unpaired += this.#pairing.expire(this.#clock.monotonicNow())
    return { ...this.#counters }
  }

  accept(datagram: Buffer): void {
    this.#counters.datagrams++
    if (datagram.length > DATAGRAM_BYTES_LIMIT) this.#counters.oversize++
    else for (const metric of parseDatagram(datagram)) this.#take(metric)
  }

  #take(metric: StatsdMetric): void {
    switch (metric.kind) {
      case 'duration':
        this.#counters.unpaired += this.#pairing.addDuration(
          metric.ms,
          metric.worker,
          this.#clock.monotonicNow(),
        )
        return
      case 'status':
        this.#complete(metric.code, metric.worker)
        return
      case 'foreign':
      case 'malformed':
        this.#counters[metric.kind]++
        return
      case 'other':
        return
    }
  }

  #complete(status: number, worker: number | null): void {
    const durationMs = this.#pairing.takeDuration(worker)
    if (durationMs === null) {
      this.#counters.unpaired++
      return
    }
    const t = this.#time.now()
    this.#store.addRequest(t, durationMs, status)
    this.#traffic.add(status)
    this.#counters.samples++
    this.#counters.last_sample_at = t
  }
}

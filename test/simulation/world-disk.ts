/**
 * A journal on a disk that may fail. A row is written, then flushed, then acknowledged; what happens in between
 * decides whether it is there afterwards. A torn row is cut off when the file is opened again, as the embedded
 * store's write-ahead log does.
 */
import type { EventTime, JournalEvent, JournalRow } from '#domain/journal/events.ts'
import { journalEvent } from '#domain/journal/events.ts'
import { invariant } from '#domain/invariant.ts'
import { NO_HASH, sha256OfRow } from '#agent/store/row-hash.ts'
import type { WatchdogId } from './facts.ts'
import type { Random } from './random.ts'

export interface JournalRecord {
  readonly row: JournalRow
  readonly askedAt: number
  readonly by: WatchdogId
}

export class JournalDisk {
  readonly name: 'watchdog' | 'operators'
  readonly records: JournalRecord[] = []
  /** Written, and not known to be durable; at most one, since there is one writer. */
  #unflushed: JournalRecord | null = null
  #torn = false

  constructor(name: 'watchdog' | 'operators') {
    this.name = name
  }

  write(event: JournalEvent, time: EventTime, askedAt: number, by: WatchdogId): JournalRecord {
    invariant(journalEvent.safeParse(event).success, 'only events of the schema are written')
    const last = this.records.at(-1)?.row
    const seq = (last?.seq ?? 0) + 1
    const id = `${this.name}-${seq}-${askedAt}`
    const unhashed = { seq, id, time, event, previous_hash: last?.hash ?? NO_HASH }
    const record = { row: { ...unhashed, hash: sha256OfRow(unhashed) }, askedAt, by }
    this.#unflushed = record
    return record
  }

  get isMidWrite(): boolean {
    return this.#unflushed !== null
  }

  flush(): void {
    if (this.#unflushed !== null) this.records.push(this.#unflushed)
    this.#unflushed = null
  }

  /** The writer was killed: its commit is there as a whole, or not at all. */
  killWriter(random: Random): JournalRecord | null {
    return this.#settle(random.chance(0.5))
  }

  /** The power fails: the row is lost, torn or there. */
  losePower(random: Random): JournalRecord | null {
    const fate = random.below(3)
    this.#torn = this.#unflushed !== null && fate === 1
    return this.#settle(fate === 2)
  }

  /** Whether a torn end was cut off. */
  recover(): boolean {
    const wasTorn = this.#torn
    this.#torn = false
    return wasTorn
  }

  read(afterSeq: number, limit: number): JournalRow[] {
    return this.records.slice(afterSeq, afterSeq + limit).map(({ row }) => row)
  }

  #settle(survives: boolean): JournalRecord | null {
    const record = survives ? this.#unflushed : null
    if (record !== null) this.records.push(record)
    this.#unflushed = null
    return record
  }
}

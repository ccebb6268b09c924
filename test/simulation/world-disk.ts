/**
 * A journal on a disk that may fail. A row is written, then flushed, then acknowledged; what happens in between
 * decides whether it is there afterwards. A torn row is cut off when the file is opened again, as the embedded
 * store's write-ahead log does.
 */
import type { EventTime, JournalEvent, JournalRow } from '#domain/journal/events.ts'
import { journalEvent } from '#domain/journal/events.ts'
import { invariant } from '#domain/invariant.ts'
import { NO_HASH, sha256OfRow } from '#agent/store/row-hash.ts'
import type { JournalMark } from '#agent/ports/journal.ts'
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
  /** Written together, and not known to be durable; since there is one writer, there are no others. */
  #unflushed: readonly JournalRecord[] = []
  #torn = false
  readonly #written = new Map<WatchdogId, number>()

  constructor(name: 'watchdog' | 'operators') {
    this.name = name
  }

  write(
    events: readonly JournalEvent[],
    time: EventTime,
    askedAt: number,
    by: WatchdogId,
  ): readonly JournalRecord[] {
    let last = this.records.at(-1)?.row
    this.#unflushed = events.map((event) => {
      invariant(journalEvent.safeParse(event).success, 'only events of the schema are written')
      const seq = (last?.seq ?? 0) + 1
      const id = `${this.name}-${seq}-${askedAt}`
      const unhashed = { seq, id, time, event, previous_hash: last?.hash ?? NO_HASH }
      last = { ...unhashed, hash: sha256OfRow(unhashed) }
      return { row: last, askedAt, by }
    })
    return this.#unflushed
  }

  get isMidWrite(): boolean {
    return this.#unflushed.length > 0
  }

  flush(): void {
    this.#settle(true)
  }

  /** The writer was killed: its commit is there as a whole, or not at all. */
  killWriter(random: Random): readonly JournalRecord[] {
    return this.#settle(random.chance(0.5))
  }

  /** The power fails: what was written together is lost, torn (and so no commit) or there. */
  losePower(random: Random): readonly JournalRecord[] {
    const fate = random.below(3)
    this.#torn = this.isMidWrite && fate === 1
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

  /** As it looks to one of the writers; null: to somebody who only reads. */
  mark(asker: WatchdogId | null): JournalMark {
    const { length: head } = this.records
    return { others: String(head - (asker === null ? 0 : (this.#written.get(asker) ?? 0))), head }
  }

  #settle(survives: boolean): readonly JournalRecord[] {
    const records = survives ? this.#unflushed : []
    this.records.push(...records)
    for (const { by } of records) this.#written.set(by, (this.#written.get(by) ?? 0) + 1)
    this.#unflushed = []
    return records
  }
}

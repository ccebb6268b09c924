/**
 * The last events, for whoever comes back after a broken line. Bounded in number and bytes; what fell out is not
 * guessed: such a reader is told that its place is lost, and begins with what is true now.
 */
import type { LiveState, LiveStateOf } from '#domain/schemas/live-events.ts'
import { eventText } from './event-text.ts'

const EVENTS_LIMIT = 512
const BYTES_LIMIT = 512 * 1024

interface KeptEvent {
  readonly seq: number
  readonly kind: LiveState
  readonly text: Buffer
}

export class EventLog {
  /** Of this life of the agent: ids of another one are not ours. */
  readonly #epoch: string
  #kept: KeptEvent[] = []
  #bytes = 0
  #seq = 0
  readonly #present = new Map<LiveState, KeptEvent>()

  constructor(epoch: string) {
    this.#epoch = epoch
  }

  add<Kind extends LiveState>(kind: Kind, data: LiveStateOf<Kind>): Buffer {
    this.#seq += 1
    const text = eventText(kind, data, `${this.#epoch}-${this.#seq}`)
    const event = { seq: this.#seq, kind, text }
    this.#kept.push(event)
    this.#bytes += text.length
    this.#present.set(kind, event)
    while (this.#kept.length > EVENTS_LIMIT || this.#bytes > BYTES_LIMIT) {
      this.#bytes -= this.#kept.shift()?.text.length ?? 0
    }
    return text
  }

  /** What is true now, oldest first: the id of the last one is the place to go on from. */
  present(): Buffer[] {
    const events = [...this.#present.values()]
    return events.toSorted((one, other) => one.seq - other.seq).map(({ text }) => text)
  }

  /** What came after an event; null where it cannot be told. */
  after(id: string): Buffer[] | null {
    const [, epoch, digits] = /^([0-9a-f]+)-(\d{1,15})$/.exec(id) ?? []
    const seq = Number(digits)
    const oldest = this.#kept[0]?.seq ?? this.#seq + 1
    if (epoch !== this.#epoch || seq > this.#seq || seq < oldest - 1) return null
    return this.#kept.filter((event) => event.seq > seq).map(({ text }) => text)
  }
}

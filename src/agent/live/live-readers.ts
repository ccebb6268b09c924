/** All open streams: who may open one more, what is told to each, and that none goes on without its session. */
import { HoldfastProblem } from '#domain/problems.ts'
import type {
  EndReason,
  LiveNotice,
  LiveNoticeOf,
  LiveState,
  LiveStateOf,
} from '#domain/schemas/live-events.ts'
import type { DurationMs } from '#domain/time.ts'
import { EventLog } from './event-log.ts'
import { eventText, HEARTBEAT, retryText } from './event-text.ts'
import { LiveReader, type Outlet } from './live-reader.ts'

/** The tabs of a browser share one (SH8): this is for some browsers that know no better. */
const PER_HOLDER_LIMIT = 6
const READERS_LIMIT = 2_000
/** Below the idle limits of proxies, which begin at 30 s. */
const HEARTBEAT_MS: DurationMs = 10_000
const RETRY_MS: DurationMs = 2_000

export interface Listener {
  readonly outlet: Outlet
  /** Of a session or a token; never the secret itself. */
  readonly holder: string
  readonly isStillIn: () => boolean
  /** Of the last event that it had; null: it comes for the first time. */
  readonly lastEventId: string | null
}

export class LiveReaders {
  readonly #log: EventLog
  readonly #readers = new Map<LiveReader, string>()
  readonly #beat: NodeJS.Timeout
  #lookAnew: () => void = () => undefined

  constructor(epoch: string) {
    this.#log = new EventLog(epoch)
    this.#beat = setInterval(() => this.#tell(HEARTBEAT), HEARTBEAT_MS).unref()
  }

  get count(): number {
    return this.#readers.size
  }

  demandRoom(holder: string): void {
    const own = [...this.#readers.values()].filter((other) => other === holder).length
    if (own < PER_HOLDER_LIMIT && this.#readers.size < READERS_LIMIT) return
    const detail =
      own >= PER_HOLDER_LIMIT
        ? `one session or token has at most ${PER_HOLDER_LIMIT} streams`
        : `the agent has at most ${READERS_LIMIT} streams`
    throw new HoldfastProblem('too_many_streams', detail, { retryAfterMs: HEARTBEAT_MS })
  }

  /** Done before anybody is told how things stand: what has ended since the last look must not send a tab away again. */
  lookBeforeOpening(look: () => void): void {
    this.#lookAnew = look
  }

  /** Returns what to call when the other side has gone. */
  open({ outlet, holder, isStillIn, lastEventId }: Listener): () => void {
    this.#lookAnew()
    const reader = new LiveReader(outlet, isStillIn)
    this.#readers.set(reader, holder)
    const gone = () => void this.#readers.delete(reader)
    if (!reader.send(Buffer.concat([retryText(RETRY_MS), ...this.#opening(lastEventId)]))) gone()
    return gone
  }

  publish<Kind extends LiveState>(kind: Kind, data: LiveStateOf<Kind>): void {
    this.#tell(this.#log.add(kind, data))
  }

  notice<Kind extends LiveNotice>(kind: Kind, data: LiveNoticeOf<Kind>): void {
    if (this.#readers.size > 0) this.#tell(eventText(kind, data))
  }

  close(reason: EndReason): void {
    clearInterval(this.#beat)
    for (const reader of this.#readers.keys()) reader.end(reason)
    this.#readers.clear()
  }

  #opening(lastEventId: string | null): Buffer[] {
    if (lastEventId === null) return this.#log.present()
    const missed = this.#log.after(lastEventId)
    return missed ?? [eventText('lost', { last_event_id: lastEventId }), ...this.#log.present()]
  }

  #tell(bytes: Buffer): void {
    for (const reader of this.#readers.keys()) if (!reader.send(bytes)) this.#readers.delete(reader)
  }
}

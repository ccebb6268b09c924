/**
 * One event stream for all tabs of a browser profile (SH8, ADR 0022). Whoever has the lock holds the line and tells the others
 * what comes; the browser gives the lock on when that tab is closed. A tab that is frozen, or otherwise
 * keeps it in silence, loses it to one that somebody looks at.
 */
import type { DurationMs } from '#domain/time.ts'
import type { StreamEvent } from '#web/api/event-parser.ts'
import type { LineHearer, LineOptions } from '#web/api/stream-line.ts'

const LOOK_MS: DurationMs = 1000
/** After so long without a word, the holder is asked whether it is there. */
const QUIET_MS: DurationMs = 2000
/** A busy page answers within that; a frozen one never. */
const ANSWER_MS: DurationMs = 2000

export interface SharedStreamParts {
  /** Of the lock and the channel: one for each agent that is reached over this origin. */
  readonly name: string
  readonly holdLine: (line: Pick<LineOptions, 'lastEventId' | 'hearer' | 'signal'>) => Promise<void>
  readonly locks: Pick<LockManager, 'request'>
  readonly page?: Document
  readonly view?: EventTarget
  readonly now?: () => number
}

export type StreamHearer = Omit<LineHearer, 'beat'>

/** What the tabs say to each other. */
type Word =
  | { readonly kind: 'event'; readonly event: StreamEvent }
  | { readonly kind: 'beat' }
  | { readonly kind: 'line'; readonly isUp: boolean; readonly isHidden: boolean }
  | { readonly kind: 'signed_out' }
  /** Is anybody there? Answered with `line` by whoever holds it. */
  | { readonly kind: 'who' }

export class SharedStream {
  readonly #parts: Required<SharedStreamParts>
  readonly #hearer: StreamHearer
  readonly #channel: BroadcastChannel
  readonly #joined = new AbortController()
  readonly #look: ReturnType<typeof setInterval>
  /** Of the place in the queue for the lock, and of the line once it is this tab's turn. */
  #turn = new AbortController()
  #isHolder = false
  #lastEventId: string | null = null
  #isUp = false
  #isHolderHidden = false
  #heardAt: number
  #askedAt: number | null = null

  constructor(parts: SharedStreamParts, hearer: StreamHearer) {
    this.#parts = { page: document, view: window, now: () => performance.now(), ...parts }
    this.#hearer = hearer
    this.#heardAt = this.#parts.now()
    this.#channel = new BroadcastChannel(parts.name)
    this.#look = setInterval(() => this.#lookAtHolder(), LOOK_MS)
    this.#listen()
    this.#stand()
    this.#say({ kind: 'who' })
  }

  leave(): void {
    this.#standBack()
    this.#joined.abort()
    clearInterval(this.#look)
    this.#channel.close()
  }

  #listen(): void {
    const { signal } = this.#joined
    const { page, view } = this.#parts
    this.#channel.addEventListener('message', ({ data }: MessageEvent<Word>) => this.#take(data), { signal })
    // What the browser tells of beforehand needs nobody to find out.
    page.addEventListener('freeze', () => this.#standBack(), { signal })
    page.addEventListener('resume', () => this.#stand(), { signal })
    view.addEventListener('pagehide', () => this.#standBack(), { signal })
    const onShow = ({ persisted }: Event & { persisted?: boolean }) => persisted === true && this.#stand()
    view.addEventListener('pageshow', onShow, { signal })
  }

  #stand(options: { steal?: true } = {}): void {
    this.#standBack()
    this.#turn = new AbortController()
    const { signal } = this.#turn
    void this.#parts.locks
      // A request that steals is never in a queue that it could leave.
      .request(this.#parts.name, options.steal === true ? options : { signal }, () => this.#hold(signal))
      // Stolen by another tab: back into the queue.
      .catch(() => signal.aborted || this.#stand())
  }

  #standBack(): void {
    this.#isHolder = false
    this.#turn.abort()
  }

  async #hold(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    this.#isHolder = true
    this.#sayLine(false)
    await this.#parts.holdLine({
      lastEventId: this.#lastEventId,
      signal,
      hearer: {
        changed: (isUp) => this.#sayLine(isUp),
        beat: () => this.#say({ kind: 'beat' }),
        signedOut: () => this.#tell({ kind: 'signed_out' }),
        heard: (event) => this.#tell({ kind: 'event', event }),
      },
    })
  }

  #sayLine(isUp: boolean): void {
    this.#tell({ kind: 'line', isUp, isHidden: this.#parts.page.hidden })
  }

  /** To the others and to this tab, which hear the same. */
  #tell(word: Word): void {
    this.#say(word)
    this.#take(word)
  }

  #say(word: Word): void {
    this.#channel.postMessage(word)
  }

  #take(word: Word): void {
    if (word.kind === 'who') {
      if (this.#isHolder) this.#say({ kind: 'line', isUp: this.#isUp, isHidden: this.#parts.page.hidden })
      return
    }
    this.#heardAt = this.#parts.now()
    this.#askedAt = null
    switch (word.kind) {
      case 'beat':
        return
      case 'line':
        this.#isHolderHidden = word.isHidden
        return this.#change(word.isUp)
      case 'signed_out':
        return this.#hearer.signedOut()
      case 'event':
        this.#lastEventId = word.event.id ?? this.#lastEventId
        return this.#hearer.heard(word.event)
    }
  }

  #change(isUp: boolean): void {
    if (isUp === this.#isUp) return
    this.#isUp = isUp
    this.#hearer.changed(isUp)
  }

  /** Only by a tab that somebody looks at: the clocks of the others hardly go. */
  #lookAtHolder(): void {
    if (this.#isHolder || this.#parts.page.hidden) return
    const now = this.#parts.now()
    if (this.#askedAt !== null && now - this.#askedAt > ANSWER_MS) return this.#takeOver()
    // A hidden tab may come back to the agent a minute late.
    if (!this.#isUp && this.#isHolderHidden) return this.#takeOver()
    if (this.#askedAt !== null || now - this.#heardAt < QUIET_MS) return
    this.#askedAt = now
    this.#say({ kind: 'who' })
  }

  #takeOver(): void {
    this.#askedAt = null
    this.#heardAt = this.#parts.now()
    this.#isHolderHidden = false
    this.#change(false)
    this.#stand({ steal: true })
  }
}

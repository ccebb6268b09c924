/**
 * One line to the agent's event stream, held for as long as it is wanted (SH8): the one owner of its retries. It comes back
 * with the id of the last event, after growing and scattered waits, or when the agent says.
 */
import type { EndReason } from '#domain/schemas/live-events.ts'
import type { DurationMs } from '#domain/time.ts'
import { retryAfterMs, scattered, WAIT_MS_MAX } from '#web/api/client.ts'
import { EventParser, type StreamEvent } from '#web/api/event-parser.ts'

/** The agent shows every 10 s that it is there. */
const SILENCE_MS_MAX: DurationMs = 25_000
/** Where the agent has not said. */
const RETRY_MS: DurationMs = 2000

export interface LineHearer {
  /** Whether events come now. */
  changed(isUp: boolean): void
  heard(event: StreamEvent): void
  /** Bytes came: the other side is there. */
  beat(): void
  /** The session has ended, or there is none. */
  signedOut(): void
}

export interface LineOptions {
  readonly url: string
  readonly fetch?: typeof globalThis.fetch
  readonly lastEventId: string | null
  readonly hearer: LineHearer
  readonly signal: AbortSignal
}

interface Ending {
  readonly wasUp: boolean
  /** When to come back, as the agent said it with a refusal. */
  readonly toldMs: DurationMs | null
}

/** Settles when it is given up, and never rejects. */
export async function holdLine(options: LineOptions): Promise<void> {
  const { signal, hearer } = options
  const parser = new EventParser()
  let { lastEventId } = options
  let failures = 0
  const heard = (event: StreamEvent) => {
    lastEventId = event.id ?? lastEventId
    if (isSignOut(event)) hearer.signedOut()
    hearer.heard(event)
  }
  while (!signal.aborted) {
    const { wasUp, toldMs } = await listenOnce({ ...options, lastEventId }, parser, heard)
    if (signal.aborted) return
    if (wasUp) hearer.changed(false)
    failures = wasUp ? 1 : failures + 1
    const grownMs = (parser.retryMs ?? RETRY_MS) * 2 ** (failures - 1)
    await pause(toldMs ?? scattered(Math.min(grownMs, WAIT_MS_MAX)), signal)
  }
}

async function listenOnce(
  { url, fetch = globalThis.fetch, lastEventId, hearer, signal }: LineOptions,
  parser: EventParser,
  heard: (event: StreamEvent) => void,
): Promise<Ending> {
  const silence = new Silence(signal)
  let wasUp = false
  try {
    const answer = await fetch(url, {
      headers: {
        accept: 'text/event-stream',
        ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
      },
      cache: 'no-store',
      credentials: 'same-origin',
      signal: silence.signal,
    })
    if (!answer.ok || answer.body === null) {
      if (answer.status === 401) hearer.signedOut()
      const toldMs = retryAfterMs(answer)
      return { wasUp, toldMs: toldMs === null ? null : Math.min(toldMs, WAIT_MS_MAX) }
    }
    for await (const text of textsOf(answer.body)) {
      silence.begin()
      hearer.beat()
      if (!wasUp) hearer.changed(true)
      wasUp = true
      for (const event of parser.take(text)) heard(event)
    }
  } catch {
    // A line breaks for many reasons, and all of them mean to come back: the polls tell what is wrong.
  } finally {
    silence.end()
  }
  parser.begin()
  return { wasUp, toldMs: null }
}

/** Gives up a line over which nothing comes any more, as after a laptop has slept. */
class Silence {
  readonly #broken = new AbortController()
  readonly signal: AbortSignal
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(wanted: AbortSignal) {
    this.signal = AbortSignal.any([wanted, this.#broken.signal])
    this.begin()
  }

  /** From now on. */
  begin(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#broken.abort(), SILENCE_MS_MAX)
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#broken.abort()
  }
}

async function* textsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield decoder.decode(value, { stream: true })
  }
}

function isSignOut({ event, data }: StreamEvent): boolean {
  const reason: EndReason = 'not_signed_in'
  return event === 'ended' && data.includes(`"${reason}"`)
}

function pause(waitMs: DurationMs, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, waitMs)
    signal.addEventListener('abort', end)
  })
}

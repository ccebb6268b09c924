/** What a browser would see, asked again until it is there or the time is over: nothing is judged by its first moment. */
import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod/mini'
import { NAVIGATION } from '#domain/navigation/manifest.ts'
import type { DurationMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { Seen } from './timed-steps.ts'

const LOOK_MS: DurationMs = 200
const ANSWER_MS: DurationMs = 3_000
/** Something that is being started again answers by then. */
const SILENCE_MS: DurationMs = 5_000
const BYTES_LIMIT = 256 * 1024

interface Waiting {
  readonly clock: Pick<Clock, 'monotonicNow'>
  readonly deadline: DurationMs
}

interface Answer {
  readonly status: number
  readonly text: string
}

/** At its own address, at the console's, and at a deep link. */
export function seesClassicPage(address: string, waiting: Waiting): Promise<Seen> {
  const deepLink = NAVIGATION.find(({ path }) => path !== '/')?.path.slice(1) ?? ''
  const places = ['classic', '', deepLink].map((path) => new URL(path, address).href)
  return awaitDone(waiting, async () => {
    for (const place of places) {
      const answer = await get(place, 'text/html')
      if ('failure' in answer) return unreachable(place, answer.failure)
      if (!isClassicPage(answer)) return failed(`${place} answers ${answer.status}, and not the classic page`)
    }
    return { outcome: 'done', detail: `the classic page answers at ${places.join(', ')}` }
  })
}

/** Without any script, so that nothing of it can be broken as a console can. */
function isClassicPage({ status, text }: Answer): boolean {
  return status === 200 && /<title>[^<]*classic page/i.test(text) && !/<script/i.test(text)
}

const toldHealth = z.object({ status: z.string(), navigation: z.object({ engaged: z.boolean() }) })

/** 503 is an answer too: the target's health is not what is rolled back. */
export function seesHealth(address: string, waiting: Waiting): Promise<Seen> {
  const place = new URL('health', address).href
  return awaitDone(waiting, async () => {
    const answer = await get(place, 'application/json')
    if ('failure' in answer) return unreachable(place, answer.failure)
    const told = toldHealth.safeParse(jsonOf(answer.text)).data
    if (told === undefined) return failed(`${place} answers ${answer.status}, and no health`)
    return told.navigation.engaged
      ? { outcome: 'done', detail: `${place} says ${told.status}, and that the console is out of service` }
      : failed(`${place} says that the console is in service`)
  })
}

/** The last thing that was seen, when the time is over. */
export async function awaitDone({ clock, deadline }: Waiting, look: () => Promise<Seen>): Promise<Seen> {
  const givenUpAt = Math.min(deadline, clock.monotonicNow() + SILENCE_MS)
  for (;;) {
    const seen = await look()
    const end = seen.outcome === 'unreachable' ? givenUpAt : deadline
    if (seen.outcome === 'done' || clock.monotonicNow() + LOOK_MS > end) return seen
    await pause(LOOK_MS)
  }
}

async function get(url: string, accept: string): Promise<Answer | { failure: string }> {
  try {
    const answer = await fetch(url, {
      headers: { accept },
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    return { status: answer.status, text: await bounded(answer) }
  } catch (error) {
    const { cause, message } = error as Error
    const code = (cause as NodeJS.ErrnoException | undefined)?.code
    return { failure: code ?? message }
  }
}

/** Whoever answers may be anybody: it is not read without end. */
async function bounded({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body ?? []) {
    parts.push(part)
    bytes += part.length
    if (bytes > BYTES_LIMIT) break
  }
  return Buffer.concat(parts).toString('utf8')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // no health: told by whoever asks
  }
}

function failed(detail: string): Seen {
  return { outcome: 'failed', detail }
}

function unreachable(place: string, failure: string): Seen {
  return { outcome: 'unreachable', detail: `${place} does not answer (${failure})` }
}

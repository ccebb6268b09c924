/**
 * A cursor is the agent's life (an epoch), until when it has told of gaps, and the sequence number after the last
 * sample that a reader has seen in each stream. To the reader it is opaque; one from before a restart is recognised
 * and told (IN3).
 */
import { RAW_STREAMS, type RawStream } from '#domain/schemas/raw-v1.ts'
import type { EpochMs } from '#domain/time.ts'

/** Restarts have no place: a row changes when it completes, and so they are always served whole (ADR 0016). */
export type PlacedStream = Exclude<RawStream, 'restarts'>
export const PLACED_STREAMS = RAW_STREAMS.filter((stream): stream is PlacedStream => stream !== 'restarts')

export interface RawCursor {
  epoch: string
  toldUntil: EpochMs
  places: Record<PlacedStream, number>
}

const FORM = /^([0-9a-f]{8})((?:-\d{1,15}){7})$/
/** It knew three streams. A console that was open during an upgrade comes with one, and begins anew. */
const FORM_OF_EARLIER_RELEASE = /^[0-9a-f]{8}(?:-\d{1,15}){3}$/
const EPOCH_OF_NO_LIFE = ''

export function writeCursor({ epoch, toldUntil, places }: RawCursor): string {
  const numbers = [Math.floor(toldUntil), ...PLACED_STREAMS.map((stream) => places[stream])]
  return [epoch, ...numbers].join('-')
}

/** null where the text is no cursor at all. */
export function readCursor(text: string): RawCursor | null {
  const match = FORM.exec(text)
  if (match === null) return FORM_OF_EARLIER_RELEASE.test(text) ? cursorOf(EPOCH_OF_NO_LIFE, []) : null
  const [, epoch = '', rest = ''] = match
  return cursorOf(epoch, rest.slice(1).split('-').map(Number))
}

function cursorOf(epoch: string, [toldUntil = 0, ...numbers]: readonly number[]): RawCursor {
  const places = Object.fromEntries(PLACED_STREAMS.map((stream, i) => [stream, numbers[i] ?? 0]))
  return { epoch, toldUntil, places: places as Record<PlacedStream, number> }
}

/**
 * A cursor names, for the life of one agent, the place after the last sample that a reader has seen in each
 * stream. To the reader it is opaque; one from before a restart is recognised and told (IN3).
 */
import { RAW_STREAMS, type RawStream } from '#domain/schemas/raw-v1.ts'

export interface RawCursor {
  epoch: string
  places: Record<RawStream, number>
}

const FORM = /^([0-9a-f]{8})((?:-\d{1,15}){3})$/

export function writeCursor({ epoch, places }: RawCursor): string {
  return `${epoch}${RAW_STREAMS.map((stream) => `-${places[stream]}`).join('')}`
}

/** null where the text is no cursor at all. */
export function readCursor(text: string): RawCursor | null {
  const match = FORM.exec(text)
  if (match === null) return null
  const [, epoch = '', rest = ''] = match
  const numbers = rest.slice(1).split('-').map(Number)
  const places = Object.fromEntries(RAW_STREAMS.map((stream, i) => [stream, numbers[i] ?? 0]))
  return { epoch, places: places as Record<RawStream, number> }
}

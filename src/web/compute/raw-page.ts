/**
 * From the bytes of an answer to its parts: the head must hold, each stream stands for itself. The agent sends a
 * frame; one of an earlier release sends JSON, which begins with a brace, and a frame never does. Checked by hand: a
 * schema library would weigh more than all the metrics.
 */
import type { Column } from '#domain/metrics/columns.ts'
import { decodePage, type FrameColumns } from '#domain/raw-frame/decode.ts'
import { foundText } from '#domain/schemas/findings.ts'
import { isTime, RAW_SECTIONS } from '#domain/schemas/raw-columns.ts'
import type { RawPageHead, RawStream } from '#domain/schemas/raw-v1.ts'

interface Fault {
  readonly fault: string
}

/** Its values are still to be looked at. Null where the page does not hold it. */
type ReadStream = <Stream extends RawStream>(stream: Stream) => FrameColumns<Stream> | Fault | null

export interface RawPageParts {
  readonly head: RawPageHead
  readonly stream: ReadStream
}

export function readRawPage(bytes: ArrayBuffer): RawPageParts | Fault {
  const isJson = new Uint8Array(bytes)[0] === '{'.charCodeAt(0)
  const page = isJson ? readJsonPage(bytes) : readFrame(bytes)
  if ('fault' in page) return page
  const fault = headFault(page.head)
  return fault === null ? { head: page.head as RawPageHead, stream: page.stream } : { fault }
}

interface UncheckedPage {
  readonly head: object
  readonly stream: ReadStream
}

function readFrame(bytes: ArrayBuffer): UncheckedPage | Fault {
  const page = decodePage(bytes)
  if ('code' in page) return { fault: `${page.code}: ${page.reason}` }
  return {
    head: page.head,
    stream: (stream) => {
      const columns = page.stream(stream)
      if (columns === null || !('code' in columns)) return columns as FrameColumns<typeof stream> | null
      return { fault: `${columns.code}: ${columns.reason}` }
    },
  }
}

function readJsonPage(bytes: ArrayBuffer): UncheckedPage | Fault {
  const body = parseJson(bytes)
  if (!isRecord(body)) return { fault: `body: expected object, found ${foundText(body)}` }
  if (body.success !== true) return { fault: `success: expected true, found ${foundText(body.success)}` }
  const { data } = body
  if (!isRecord(data)) return { fault: `data: expected object, found ${foundText(data)}` }
  return { head: data, stream: (stream) => readLists(stream, data[stream]) }
}

function readLists<Stream extends RawStream>(
  stream: Stream,
  given: unknown,
): FrameColumns<Stream> | Fault | null {
  if (given === undefined) return null
  const lists = isRecord(given) ? given : {}
  const noList = Object.keys(RAW_SECTIONS[stream]).find((name) => !Array.isArray(lists[name]))
  if (noList !== undefined)
    return { fault: `${stream}.${noList}: expected a list, found ${foundText(lists[noList])}` }
  return lists as Readonly<Record<string, Column<unknown>>> as FrameColumns<Stream>
}

const HEAD: Readonly<
  Record<keyof RawPageHead, readonly [expected: string, holds: (value: unknown) => boolean]>
> = {
  format: ['holdfast.raw/1', (value) => value === 'holdfast.raw/1'],
  window: ['from and to', isSpan],
  gaps: ['a list of gaps', (value) => Array.isArray(value) && value.every(isGap)],
  cursor: ['string', (value) => typeof value === 'string'],
  complete: ['boolean', (value) => typeof value === 'boolean'],
  now: ['number', isTime],
}

function headFault(head: object): string | null {
  const given: Readonly<Record<string, unknown>> = { ...head }
  for (const [name, [expected, holds]] of Object.entries(HEAD)) {
    if (!holds(given[name])) return `data.${name}: expected ${expected}, found ${foundText(given[name])}`
  }
  return null
}

function isSpan(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && isTime(value.from) && isTime(value.to)
}

function isGap(value: unknown): boolean {
  return (
    isSpan(value) &&
    typeof value.stream === 'string' &&
    (value.reason === undefined || typeof value.reason === 'string')
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** What is no JSON is not an object either. */
function parseJson(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

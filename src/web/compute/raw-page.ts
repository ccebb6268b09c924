/**
 * From the bytes of an answer to its parts: the head must hold, each stream stands for itself. Checked by hand: a
 * schema library would weigh more than all the metrics.
 */
import { decodePage, type FramePage } from '#domain/raw-frame/decode.ts'
import type { FrameFault } from '#domain/raw-frame/block.ts'
import { isTime } from '#domain/schemas/raw-columns.ts'
import type { RawPageHead } from '#domain/schemas/raw-v1.ts'
import type { Malformed } from '#web/compute/protocol.ts'
import { shapeOf } from '#web/compute/shape.ts'

export interface RawPageParts extends FramePage {
  readonly head: RawPageHead
}

/** The values of its streams are still to be looked at. */
export function readRawPage(bytes: ArrayBuffer): RawPageParts | Malformed {
  const page = decodePage(bytes)
  const fault = 'code' in page ? frameFaultText(page) : headFault(page.head)
  return fault === null ? (page as RawPageParts) : { fault }
}

export function frameFaultText({ code, reason }: FrameFault): string {
  return `${code}: ${reason}`
}

const HEAD: Readonly<
  Record<keyof RawPageHead, readonly [expected: string, holds: (value: unknown) => boolean]>
> = {
  format: ['holdfast.raw/1', (value) => value === 'holdfast.raw/1'],
  window: ['from and to', isSpan],
  gaps: ['gaps', (value) => Array.isArray(value) && value.every(isGap)],
  cursor: ['string', (value) => typeof value === 'string'],
  complete: ['boolean', (value) => typeof value === 'boolean'],
  now: ['number', isTime],
}

function headFault(head: object): string | null {
  const given: Readonly<Record<string, unknown>> = { ...head }
  for (const [name, [expected, holds]] of Object.entries(HEAD)) {
    if (!holds(given[name])) return `data.${name}: expected ${expected}, found ${shapeOf(given[name])}`
  }
  return null
}

function isSpan(value: unknown): value is Record<string, unknown> {
  const { from, to } = Object(value) as Record<string, unknown>
  return isTime(from) && isTime(to)
}

function isGap(value: unknown): boolean {
  return isSpan(value) && typeof value.stream === 'string' && typeof (value.reason ?? '') === 'string'
}

/** An instant as people read it: here, and in UTC, which is what logs say. */
import type { EpochMs } from '#domain/time.ts'

export interface ClockText {
  readonly local: string
  readonly utc: string
  /** For `<time datetime>`. */
  readonly iso: string
}

const DAY_MS = 24 * 60 * 60_000
const TIME = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
const MINUTE = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
const DATE = { year: 'numeric', month: 'short', day: 'numeric' } as const

/** With the date where the time alone could mean another day, with the offset where it is not that of now. */
export function clockText(instant: EpochMs, now: EpochMs): ClockText {
  return {
    local: localText(instant, now),
    utc: new Intl.DateTimeFormat('en-GB', { ...formOf(instant, now), timeZone: 'UTC' }).format(instant),
    iso: new Date(instant).toISOString(),
  }
}

export function localText(instant: EpochMs, now: EpochMs): string {
  const local = new Intl.DateTimeFormat('en-GB', formOf(instant, now)).format(instant)
  // Where clocks are set back, one hour of the day comes twice.
  return isOffsetOf(instant, now) ? local : `${local} ${offsetText(instant)}`
}

function formOf(instant: EpochMs, now: EpochMs): Intl.DateTimeFormatOptions {
  return Math.abs(now - instant) < DAY_MS / 2 ? TIME : { ...DATE, ...TIME }
}

/** Both ends of a stretch, in hours and minutes, with the offset that holds there; with both where they differ. */
export function spanTexts(from: EpochMs, to: EpochMs): { readonly from: string; readonly to: string } {
  const begin = isOffsetOf(from, to) ? '' : ` ${offsetText(from)}`
  return { from: `${minuteText(from)}${begin}`, to: `${minuteText(to)} ${offsetText(to)}` }
}

export function minuteText(instant: EpochMs): string {
  return new Intl.DateTimeFormat('en-GB', MINUTE).format(instant)
}

/** As in "UTC+5:45". */
function offsetText(instant: EpochMs): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'shortOffset' }).formatToParts(instant)
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
  return name.replace('GMT', 'UTC')
}

function isOffsetOf(instant: EpochMs, other: EpochMs): boolean {
  return new Date(instant).getTimezoneOffset() === new Date(other).getTimezoneOffset()
}

/** An instant as people read it: here, and in UTC, which is what logs say. */
import type { EpochMs } from '#domain/time.ts'

export interface ClockText {
  readonly local: string
  readonly utc: string
  /** For `<time datetime>`. */
  readonly iso: string
}

const DAY_MS = 24 * 60 * 60_000
const DATE = { year: 'numeric', month: 'short', day: 'numeric' } as const

/** With the date where the time alone could mean another day, with the offset where it is not that of now. */
export function clockText(instant: EpochMs, now: EpochMs): ClockText {
  const iso = new Date(instant).toISOString()
  return {
    local: localText(instant, now),
    utc: `${dateText(instant, now, 'UTC')}${iso.slice(11, 19)}`,
    iso,
  }
}

export function localText(instant: EpochMs, now: EpochMs): string {
  const local = `${dateText(instant, now)}${timeText(instant)}`
  // Where clocks are set back, one hour of the day comes twice.
  return isOffsetOf(instant, now) ? local : `${local} ${offsetText(instant)}`
}

/** Empty where it goes without saying. */
function dateText(instant: EpochMs, now: EpochMs, timeZone?: string): string {
  if (Math.abs(now - instant) < DAY_MS / 2) return ''
  return `${new Intl.DateTimeFormat('en-GB', { ...DATE, timeZone }).format(instant)}, `
}

/** Put together here: a page has dozens of times, and a formatter costs a slow machine milliseconds for each. */
function timeText(instant: EpochMs): string {
  return `${minuteText(instant)}:${twoDigits(new Date(instant).getSeconds())}`
}

/** Both ends of a stretch, in hours and minutes, with the offset that holds there; with both where they differ. */
export function spanTexts(from: EpochMs, to: EpochMs): { readonly from: string; readonly to: string } {
  const begin = isOffsetOf(from, to) ? '' : ` ${offsetText(from)}`
  return { from: `${minuteText(from)}${begin}`, to: `${minuteText(to)} ${offsetText(to)}` }
}

export function minuteText(instant: EpochMs): string {
  const date = new Date(instant)
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`
}

/** As in "UTC+5:45". */
function offsetText(instant: EpochMs): string {
  const east = -new Date(instant).getTimezoneOffset()
  const [hours, minutes] = [Math.floor(Math.abs(east) / 60), Math.abs(east) % 60]
  return `UTC${east < 0 ? '-' : '+'}${hours}${minutes === 0 ? '' : `:${twoDigits(minutes)}`}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}

function isOffsetOf(instant: EpochMs, other: EpochMs): boolean {
  return new Date(instant).getTimezoneOffset() === new Date(other).getTimezoneOffset()
}

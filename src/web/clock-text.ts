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
const DATE = { year: 'numeric', month: 'short', day: 'numeric' } as const

/** With the date where the time alone could mean another day. */
export function clockText(instant: EpochMs, now: EpochMs): ClockText {
  const form = Math.abs(now - instant) < DAY_MS / 2 ? TIME : { ...DATE, ...TIME }
  return {
    local: new Intl.DateTimeFormat('en-GB', form).format(instant),
    utc: new Intl.DateTimeFormat('en-GB', { ...form, timeZone: 'UTC' }).format(instant),
    iso: new Date(instant).toISOString(),
  }
}

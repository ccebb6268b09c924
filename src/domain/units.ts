/** Numbers and lengths of time in words, the same in console, classic page and terminal. */
import type { DurationMs } from '#domain/time.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** At most two units, the smaller one cut, not rounded: "4 min 10 s" has certainly passed. */
export function durationText(duration: DurationMs): string {
  const ms = Math.max(0, duration)
  if (ms >= DAY_MS) return twoUnits(ms, DAY_MS, 'd', HOUR_MS, 'h')
  if (ms >= HOUR_MS) return twoUnits(ms, HOUR_MS, 'h', MINUTE_MS, 'min')
  if (ms >= MINUTE_MS) return twoUnits(ms, MINUTE_MS, 'min', SECOND_MS, 's')
  return `${Math.floor(ms / SECOND_MS)} s`
}

/** How old something is: tenths while they matter, then as a length of time. */
export function ageText(age: DurationMs): string {
  const ms = Math.max(0, age)
  return ms < 10 * SECOND_MS ? `${(Math.floor(ms / 100) / 10).toFixed(1)} s` : durationText(ms)
}

function twoUnits(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small)
  const whole = `${Math.floor(ms / large)} ${largeName}`
  return rest === 0 ? whole : `${whole} ${rest} ${smallName}`
}

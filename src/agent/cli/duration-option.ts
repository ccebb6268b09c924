import { HoldfastProblem } from '#domain/problems.ts'
import type { DurationMs } from '#domain/time.ts'

const UNITS: Readonly<Record<string, DurationMs>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const LIMIT_MS = 30 * 86_400_000

/** `30m`, `90s`, `2h`, `1d`; null: that is no length of time. */
export function durationFrom(text: string): DurationMs | null {
  const match = /^(\d{1,7})(s|m|h|d)$/.exec(text)
  const duration = Number(match?.[1]) * (UNITS[match?.[2] ?? ''] ?? Number.NaN)
  return duration > 0 ? duration : null
}

export function durationOption(name: string, text: string): DurationMs {
  const duration = durationFrom(text)
  if (duration !== null && duration <= LIMIT_MS) return duration
  throw new HoldfastProblem(
    'usage',
    `--${name}: expected a time like 90s, 30m, 2h or 1d (at most 30d), found "${text}"`,
  )
}

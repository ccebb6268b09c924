/**
 * Times as people and programs write them: ISO 8601, with an offset or, in files of existing deployments,
 * without one, which means local time (WD18).
 *
 * A local time can mean two instants (the hour that is repeated in autumn) or none (the one that is left out
 * in spring). The later reading is taken: a restart is then thought younger than it may be, so that the
 * doubt never ends a cooldown or a window early (WD11).
 */
import type { DurationMs, EpochMs } from './time.ts'

/** Local time minus UTC at that instant. */
export type LocalOffset = (at: EpochMs) => DurationMs

export const TIME_EXPECTED = 'a time as ISO 8601, like 2026-02-08T03:14:15+00:00'

const PATTERN =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d\d(?::?\d\d(?::\d\d)?)?)?$/
const DAY_MS = 86_400_000

/** null: that is no time. Digits below the millisecond are kept, so that boundaries stay exact. */
export function parseTime(text: string, localOffset: LocalOffset): EpochMs | null {
  const match = PATTERN.exec(text)
  if (match === null) return null
  const [, year, month, day, hour, minute, second, fraction, offsetText] = match
  const fields = [year, month, day, hour, minute, second ?? '0'].map(Number)
  const wallMs = asIfUtc(fields)
  if (wallMs === null) return null
  const exactMs = wallMs + (fraction === undefined ? 0 : Number(`0.${fraction}`) * 1000)
  if (offsetText === undefined) return fromLocal(exactMs, localOffset)
  const offsetMs = parseOffset(offsetText)
  return offsetMs === null ? null : exactMs - offsetMs
}

/** Whether it is a time at all; which instant a local one means does not matter for that. */
export function isTimeText(text: string): boolean {
  return parseTime(text, () => 0) !== null
}

/** Date's own parsing would turn 31 February into March: what does not come back as written is no date. */
function asIfUtc(fields: readonly number[]): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields
  if (hour > 23 || minute > 59 || second > 59) return null
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second)
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return same ? date.getTime() : null
}

function fromLocal(wallMs: number, localOffset: LocalOffset): EpochMs {
  // A change of offset lies between these two looks, or none does.
  const readings = [-DAY_MS, DAY_MS].map((away) => wallMs - localOffset(wallMs + away))
  const right = readings.filter((at) => at + localOffset(at) === wallMs)
  return Math.max(...(right.length === 0 ? readings : right))
}

function parseOffset(text: string): DurationMs | null {
  if (text === 'Z' || text === 'z') return 0
  const [hours = 0, minutes = 0, seconds = 0] = (text.slice(1).match(/\d\d/g) ?? []).map(Number)
  if (hours > 23 || minutes > 59 || seconds > 59) return null
  const offsetMs = ((hours * 60 + minutes) * 60 + seconds) * 1000
  return text.startsWith('-') ? -offsetMs : offsetMs
}

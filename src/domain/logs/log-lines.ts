/**
 * Lines of several logs as one story, in the order in which things happened. What a line says of itself is read where it has one of
 * the two forms that are met here, Holdfast's own JSON and gunicorn's brackets; any other line is shown as it is.
 */
import type { LogSource, LogTail } from '../schemas/logs.ts'
import { parseTime } from '../time-text.ts'
import type { EpochMs } from '../time.ts'

export const LOG_LEVELS = ['error', 'warning', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LogLine {
  readonly source: LogSource
  /** null: neither it nor a line before it says when. */
  readonly at: EpochMs | null
  readonly level: LogLevel | null
  readonly text: string
  /** It goes on with what the line before it began, as a traceback does, and has that one's time and level. */
  readonly goesOn: boolean
}

type SaidOfItself = Pick<LogLine, 'at' | 'level' | 'text'>

export function inOrder(logs: readonly LogTail[]): LogLine[] {
  // A stable sort: lines of the same moment stay as they were written, and a traceback stays below its error.
  return logs.flatMap(linesOf).toSorted((one, other) => (one.at ?? -Infinity) - (other.at ?? -Infinity))
}

function linesOf({ source, lines }: LogTail): LogLine[] {
  let before: SaidOfItself = { at: null, level: null, text: '' }
  return lines.map((line) => {
    const said = ownForm(line) ?? gunicornForm(line)
    if (said === null) return { source, at: before.at, level: before.level, text: line, goesOn: true }
    before = said
    return { source, ...said, goesOn: false }
  })
}

/** `{"time": …, "level": …, "message": …, and more}`. */
function ownForm(line: string): SaidOfItself | null {
  if (!line.startsWith('{')) return null
  const { time, level, message, ...more } = objectIn(line)
  if (typeof message !== 'string') return null
  // Beside an audited act stands its row with the hashes: the page Audit shows it, and here it would hide the rest.
  const details = Object.entries(more)
    .filter(([name]) => name !== 'audit')
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return { at: timeIn(time), level: levelIn(level), text: [message, ...details].join(' ') }
}

/** `[2026-02-08 03:14:15 +0000] [4242] [INFO] Booting worker` */
const GUNICORN = /^\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ([+-]\d{4})\] \[(\d+)\] \[([A-Z]+)\] (.*)$/

function gunicornForm(line: string): SaidOfItself | null {
  const [, time, offset, pid, level, text] = GUNICORN.exec(line) ?? []
  if (text === undefined) return null
  return { at: timeIn(`${time}${offset}`), level: levelIn(level), text: `[${pid}] ${text}` }
}

function objectIn(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {} // Cut off, or not ours: it is shown as it is.
  }
}

function timeIn(time: unknown): EpochMs | null {
  // One without an offset would be local to a host whose zone is not known here.
  const at = typeof time === 'string' ? parseTime(time, () => Number.NaN) : null
  return at === null || Number.isNaN(at) ? null : at
}

const OTHER_NAMES: Readonly<Record<string, LogLevel>> = {
  critical: 'error',
  fatal: 'error',
  warn: 'warning',
}

function levelIn(level: unknown): LogLevel | null {
  const name = typeof level === 'string' ? level.toLowerCase() : ''
  return (
    LOG_LEVELS.find((one) => one === name) ??
    (Object.hasOwn(OTHER_NAMES, name) ? (OTHER_NAMES[name] ?? null) : null)
  )
}

export interface LogFilter {
  readonly source: LogSource | null
  /** This and what is worse; null: all, also what does not say. */
  readonly level: LogLevel | null
  /** Anywhere in the line, in any case. No expression: it means what it says. */
  readonly text: string
}

export function passesFilter({ source, level, text }: LogFilter): (line: LogLine) => boolean {
  const wanted = text.trim().toLowerCase()
  return (line) =>
    (source === null || line.source === source) &&
    (level === null ||
      (line.level !== null && LOG_LEVELS.indexOf(line.level) <= LOG_LEVELS.indexOf(level))) &&
    line.text.toLowerCase().includes(wanted)
}

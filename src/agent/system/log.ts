/** One JSON line for each event worth keeping, on standard error, where journald picks it up. */
import { spawnSync } from 'node:child_process'
import { existsSync, fstatSync } from 'node:fs'

type Level = 'info' | 'warning' | 'error'

export function logLine(level: Level, message: string, details: object = {}): void {
  const line = lineOf(level, message, details)
  keep(line)
  process.stderr.write(line)
}

/** Enough for what led to the trouble that somebody looks into; the log stream has all of them. */
const KEPT_LINES = 500
const KEPT_CHARACTERS = 2_000
const kept: string[] = []
let forgotten = false

/** What this process has said last, for whoever cannot get at the log stream. */
export function recentLines(): { readonly lines: readonly string[]; readonly cut: boolean } {
  return { lines: kept, cut: forgotten }
}

function keep(line: string): void {
  const text = line.trimEnd()
  kept.push(text.length <= KEPT_CHARACTERS ? text : `${text.slice(0, KEPT_CHARACTERS - 1)}…`)
  if (kept.length <= KEPT_LINES) return
  kept.shift()
  forgotten = true
}

export interface LogSurroundings {
  readonly journaldSocket: string
  readonly command: string
  readonly environment: NodeJS.ProcessEnv
}

const SYSTEM: LogSurroundings = {
  journaldSocket: '/run/systemd/journal/stdout',
  command: 'systemd-cat',
  environment: process.env,
}

/**
 * The same from a command that a person or a script has called: its standard error is theirs and reaches no
 * journal. Where journald runs it is told through systemd's own program; else standard error is all there is.
 */
export function logFromCommand(
  level: Level,
  message: string,
  details: object = {},
  { journaldSocket, command, environment }: LogSurroundings = SYSTEM,
): void {
  const line = lineOf(level, message, details)
  const isTold =
    !isJournal(process.stderr.fd, environment) && existsSync(journaldSocket) && tellJournald(command, line)
  if (!isTold) process.stderr.write(line)
}

/** As the service manager says it of a stream that it has connected. */
function isJournal(fd: number, { JOURNAL_STREAM: stream }: NodeJS.ProcessEnv): boolean {
  if (stream === undefined) return false
  const { dev, ino } = fstatSync(fd)
  return stream === `${dev}:${ino}`
}

const JOURNALD_LIMIT_MS = 2_000

function tellJournald(command: string, line: string): boolean {
  const args = [`--identifier=${LOG_IDENTIFIER}`, '--priority=info']
  return spawnSync(command, args, { input: line, timeout: JOURNALD_LIMIT_MS }).status === 0
}

/** Under which the journal keeps lines that no unit has written. */
export const LOG_IDENTIFIER = 'holdfast'

function lineOf(level: Level, message: string, details: object): string {
  return `${JSON.stringify({ time: new Date().toISOString(), level, message, ...details })}\n`
}

/** The part of the catalogue (messages.ts) for the page *Logs*: it comes with that page's own file. */
import type { LogLevel } from '#domain/logs/log-lines.ts'
import type { LogSource } from '#domain/schemas/logs.ts'

const en = {
  loading: 'Reading the ends of the logs',
  sources: {
    agent: 'Agent',
    watchdog: 'Watchdog',
    target_errors: 'Target’s errors',
  } satisfies Record<LogSource, string>,
  levels: {
    error: 'error',
    warning: 'warning',
    info: 'info',
    debug: 'debug',
  } satisfies Record<LogLevel, string>,
  filter: {
    heading: 'What is shown',
    source: 'Log',
    everySource: 'All logs',
    level: 'Level',
    everyLevel: 'Every line',
    atLeast: { error: 'Errors', warning: 'Warnings and errors', info: 'All but debugging' },
    text: 'Contains',
    lines: 'Of each log',
    last: (count: number) => `last ${count} lines`,
  },
  follow: {
    following: 'Following',
    paused: 'Paused',
    pause: 'Pause',
    follow: 'Follow',
    since: (time: string) => `Paused: these are the lines of ${time}.`,
    newer: 'Newer ones have come since.',
  },
  region: 'Lines of the logs, the newest last',
  count: (shown: number, all: number) => (shown === all ? `${all} lines` : `${shown} of ${all} lines`),
  cut: 'Earlier lines are not shown. The log itself has them.',
  noTime: 'no time',
  missing: (source: string) => `No lines: ${source}.`,
  because: (why: string) => `${why[0]?.toUpperCase() ?? ''}${why.slice(1)}.`,
  empty: 'Nothing has been written yet.',
  emptyFiltered: 'No line of these fits what is asked for.',
} as const

/** Other languages must have each of these sentences. */
export const logMessages = en

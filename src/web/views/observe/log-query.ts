/** What of the logs is shown, as it stands in the address, so that a link shows a colleague the same lines. */
import type { LocationQuery } from 'vue-router'
import type { LogFilter } from '#domain/logs/log-lines.ts'
import { LOG_LINES, LOG_LINES_LIMIT, LOG_SOURCES } from '#domain/schemas/logs.ts'

export const LINE_COUNTS = [LOG_LINES, LOG_LINES_LIMIT] as const
export const LEAST_LEVELS = ['error', 'warning', 'info'] as const

export interface LogQuery extends LogFilter {
  /** Of each log. */
  readonly lines: number
}

/** What an address says that is no choice of these narrows nothing. */
export function logQueryIn({ source, level, text, lines }: LocationQuery): LogQuery {
  return {
    source: LOG_SOURCES.find((one) => one === source) ?? null,
    level: LEAST_LEVELS.find((one) => one === level) ?? null,
    text: typeof text === 'string' ? text : '',
    lines: LINE_COUNTS.find((one) => String(one) === lines) ?? LOG_LINES,
  }
}

export function addressOf({ source, level, text, lines }: LogQuery): Record<string, string> {
  return {
    ...(source === null ? {} : { source }),
    ...(level === null ? {} : { level }),
    ...(text.trim() === '' ? {} : { text }),
    ...(lines === LOG_LINES ? {} : { lines: String(lines) }),
  }
}

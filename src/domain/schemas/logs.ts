/** The last lines of the logs (OB4): Holdfast's own, and the target's error log where the configuration names it. */
import * as z from 'zod/mini'

export const LOG_SOURCES = ['agent', 'watchdog', 'target_errors'] as const
export type LogSource = (typeof LOG_SOURCES)[number]

export const LOG_LINES = 200
export const LOG_LINES_LIMIT = 500

export const logsPage = z.object({
  logs: z.array(
    z.object({
      source: z.enum(LOG_SOURCES),
      /** A file, `journald`, or `memory`: what the running agent has said. */
      origin: z.nullable(z.string()),
      /** Oldest first, without secrets and control characters. */
      lines: z.array(z.string()),
      /** There are earlier ones that are not shown. */
      cut: z.boolean(),
      /** Why there are none, in a sentence; null: they could be read. */
      missing: z.nullable(z.string()),
    }),
  ),
})

export type LogsPage = z.infer<typeof logsPage>
export type LogTail = LogsPage['logs'][number]

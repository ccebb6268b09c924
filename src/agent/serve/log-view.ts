/**
 * The ends of the logs, safe to show (AU5, SE8): which files is the configuration's to say and nobody's who asks.
 * Secrets are masked in the text as a whole, since some stretch over lines, and only then is it cut.
 */
import { join, resolve } from 'node:path'
import { cleanLines } from '#domain/free-text.ts'
import { redacted, secretsIn, withoutValues } from '#domain/redaction.ts'
import { LOG_LINES_LIMIT, type LogSource, type LogsPage, type LogTail } from '#domain/schemas/logs.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { readTail } from '#agent/system/bounded-read.ts'
import { journaldTail } from '#agent/system/journald-tail.ts'
import { recentLines } from '#agent/system/log.ts'

const TAIL_BYTES = 64 * 1024
const LINE_CHARACTERS = 2_000

interface LogViewParts {
  readonly settings: Settings
  readonly ownLines?: typeof recentLines
  readonly ofUnit?: typeof journaldTail
  readonly env?: Readonly<Record<string, string | undefined>>
}

export function logView({
  settings,
  ownLines = recentLines,
  ofUnit = journaldTail,
  env = process.env,
}: LogViewParts): () => Promise<LogsPage> {
  const { contract } = settings.contract
  const errorLog = settings.config.values['target.error_log']
  const secrets = secretsIn(
    Object.fromEntries(Object.entries(env).map(([name, value = '']) => [name, value])),
  )

  const shown = (source: LogSource, origin: string, lines: readonly string[], cut: boolean): LogTail => {
    const safe = cleanLines(redacted(withoutValues(lines.join('\n'), secrets))).split('\n')
    const said = safe.filter((line) => line.trim() !== '')
    const last = said.slice(-LOG_LINES_LIMIT).map(shortened)
    return { source, origin, lines: last, cut: cut || said.length > last.length, missing: null }
  }
  const fileTail = (source: LogSource, path: string): LogTail => {
    try {
      const { text, cut } = readTail(path, TAIL_BYTES)
      return shown(source, path, (cut ? fromWholeLine(text) : text).trimEnd().split('\n'), cut)
    } catch (error) {
      return missing(source, path, `it cannot be read (${errorCode(error)})`)
    }
  }
  const watchdogTail = async (): Promise<LogTail> => {
    // Where `npm start` runs it, its lines are in a file beside the state; as a unit it writes to journald.
    const started = fileTail('watchdog', join(contract.paths.state_dir, 'log', 'watchdog.log'))
    if (started.missing === null) return started
    try {
      const lines = await ofUnit(contract.units.watchdog, LOG_LINES_LIMIT)
      if (lines === null) return missing('watchdog', null, 'there is no journald here, and no file of it')
      return shown('watchdog', 'journald', lines, lines.length >= LOG_LINES_LIMIT)
    } catch (error) {
      return missing('watchdog', 'journald', `journald does not answer (${errorCode(error)})`)
    }
  }
  return async () => {
    const own = ownLines()
    return {
      logs: [
        shown('agent', 'memory', own.lines, own.cut),
        await watchdogTail(),
        errorLog === null
          ? missing('target_errors', null, 'the setting target.error_log names no file')
          : fileTail('target_errors', resolve(errorLog)),
      ],
    }
  }
}

/** Where its beginning was cut off, the first word may be the rest of a secret that nothing announces any more. */
function fromWholeLine(text: string): string {
  const end = text.indexOf('\n')
  return end === -1 ? text.replace(/^\S*/, '…') : text.slice(end + 1)
}

function missing(source: LogSource, origin: string | null, why: string): LogTail {
  return { source, origin, lines: [], cut: false, missing: why }
}

function shortened(line: string): string {
  return line.length <= LINE_CHARACTERS ? line : `${line.slice(0, LINE_CHARACTERS - 1)}…`
}

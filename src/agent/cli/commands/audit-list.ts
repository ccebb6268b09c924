import { actionText } from '#domain/audit/actions.ts'
import { matchesAudit } from '#domain/audit/filter.ts'
import { auditRecordOf, type AuditRecord } from '#domain/audit/record.ts'
import { cleanText } from '#domain/free-text.ts'
import { policyConfigOf } from '#domain/policy/config.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { readTrail } from '#agent/audit/read-trail.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import { localOffset, systemClock } from '#agent/system/clock.ts'
import { auditFilterFrom } from '../audit-filter.ts'
import { warnOfBrokenChains } from '../audit-warning.ts'
import { EXIT, type ExitCode, type Invocation, type OptionValues } from '../command.ts'

const LIMIT_PRESET = 50

/** `holdfast audit list`: what happened, newest last, since that is where a terminal stands. */
export async function auditList({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const filter = auditFilterFrom(options, systemClock.wallNow())
  const limit = limitFrom(options)
  const { config, contract } = operatorSettings(env, configFile)
  const { state_dir: stateDir } = contract.contract.paths

  const records: AuditRecord[] = []
  let matched = 0
  for (const entry of readTrail(stateDir, policyConfigOf(config.values))) {
    const record = auditRecordOf(entry)
    if (!matchesAudit(filter, record)) continue
    matched += 1
    records.push(record)
    if (records.length > limit) records.shift()
  }
  warnOfBrokenChains(stateDir, out)
  const earlier = matched - records.length
  if (earlier > 0) out.note(`${earlier} earlier ones match as well (--limit 0 shows all)`)
  out.result({ records, earlier_not_shown: earlier }, asText(records, stateDir))
  return EXIT.done
}

function limitFrom({ limit }: OptionValues): number {
  if (typeof limit !== 'string') return LIMIT_PRESET
  if (!/^\d{1,9}$/.test(limit)) {
    throw new HoldfastProblem(
      'usage',
      `--limit: expected a whole number, 0 for all, found "${cleanText(limit, 40)}"`,
    )
  }
  return Number(limit) || Infinity
}

const CELL_CHARACTERS = [25, 24, 33, 64, 8] as const

function asText(records: readonly AuditRecord[], stateDir: string): string {
  if (records.length === 0) return `Nothing in the audit trail of ${stateDir} matches.`
  const rows = records.map(cellsOf)
  const widths = CELL_CHARACTERS.map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  )
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function cellsOf(record: AuditRecord): string[] {
  const { time, actor, action, decision, reason, request_id: request } = record
  const why = [decision, reason].filter((word) => word !== null && word !== '').join(': ')
  const cells = [localText(time), actor, actionText(action), why, request?.slice(0, 8) ?? '']
  return cells.map((cell, column) => cleanText(cell, CELL_CHARACTERS[column]))
}

/** As the clock on the wall had it, with its offset: two of them can be compared, and with other logs. */
function localText(time: string): string {
  const at = Date.parse(time)
  if (Number.isNaN(at)) return time
  const offsetMs = localOffset(at)
  const minutes = Math.abs(offsetMs) / 60_000
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const offset = `${offsetMs < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`
  return `${new Date(at + offsetMs).toISOString().slice(0, 19).replace('T', ' ')}${offset}`
}

import { EXPORT_FORMATS, exportHead, exportLine, type ExportFormat } from '#domain/audit/export.ts'
import { matchesAudit, type AuditFilter } from '#domain/audit/filter.ts'
import { auditRecordOf } from '#domain/audit/record.ts'
import { cleanText } from '#domain/free-text.ts'
import { policyConfigOf } from '#domain/policy/config.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { readTrail } from '#agent/audit/read-trail.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { systemClock } from '#agent/system/clock.ts'
import { writeWholeFile } from '#agent/system/whole-file.ts'
import { auditFilterFrom } from '../audit-filter.ts'
import { warnOfBrokenChains } from '../audit-warning.ts'
import { EXIT, type ExitCode, type Invocation, type OptionValues } from '../command.ts'

/** `holdfast audit export`: the trail for other programs, line by line, however long it is. */
export async function auditExport({ env, configFile, options, json, out }: Invocation): Promise<ExitCode> {
  const format = formatFrom(options)
  const filter = auditFilterFrom(options, systemClock.wallNow())
  const target = typeof options.out === 'string' ? options.out : null
  if (json && target === null) {
    throw new HoldfastProblem('usage', '--json needs --out FILE: without it the export itself is the output')
  }
  const settings = operatorSettings(env, configFile)
  const { state_dir: stateDir } = settings.contract.contract.paths

  let records = 0
  const pieces = function* (): Generator<string> {
    yield exportHead(format)
    for (const line of linesOf(settings, format, filter)) {
      records += 1
      yield line
    }
  }
  if (target === null) for (const piece of pieces()) out.write(piece)
  else writeWholeFile(target, pieces())
  warnOfBrokenChains(stateDir, out)
  if (target !== null) {
    out.result({ file: target, format, records }, `${records} records are in ${target}.`)
  }
  return EXIT.done
}

function* linesOf(
  { config, contract }: Settings,
  format: ExportFormat,
  filter: AuditFilter,
): Generator<string> {
  const { state_dir: stateDir } = contract.contract.paths
  for (const entry of readTrail(stateDir, policyConfigOf(config.values))) {
    const record = auditRecordOf(entry)
    if (matchesAudit(filter, record)) yield exportLine(format, record, entry.row)
  }
}

function formatFrom({ format }: OptionValues): ExportFormat {
  const known = EXPORT_FORMATS.find((name) => name === format)
  if (known !== undefined) return known
  const found = typeof format === 'string' ? `"${cleanText(format, 40)}"` : 'nothing'
  throw new HoldfastProblem('usage', `--format: expected ${EXPORT_FORMATS.join(' or ')}, found ${found}`)
}

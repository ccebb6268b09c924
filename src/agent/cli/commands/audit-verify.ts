import { JOURNALS } from '#domain/audit/trail.ts'
import { verifyJournal, type JournalVerdict } from '#agent/audit/verify-journal.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'

/** Said with every verdict: a check that hides its limits is believed too far. */
const CANNOT_FIND = [
  'a chain that somebody who may write the files has rewritten from some row to its end, marker included',
  'rows cut off the end together with the marker that knows of them',
  'what was never recorded',
]

/** `holdfast audit verify`: every row of each chain, and the first that does not fit (AU2). */
export async function auditVerify({ env, configFile, out }: Invocation): Promise<ExitCode> {
  const { state_dir: stateDir } = loadSettings(env, configFile).contract.contract.paths
  const journals = JOURNALS.map((journal) => verifyJournal(stateDir, journal))
  const reasons = journals.flatMap(({ file, fault }) =>
    fault === null ? [] : [{ code: `chain_${fault.kind}`, message: `${file}: ${fault.detail}` }],
  )
  const ok = reasons.length === 0
  const text = [
    ...journals.map(verdictText),
    '',
    'This cannot find:',
    ...CANNOT_FIND.map((what) => `  ${what}`),
  ]
  out.result({ ok, journals, cannot_find: CANNOT_FIND, reasons }, text.join('\n'))
  return ok ? EXIT.done : EXIT.findings
}

function verdictText({ file, rows, last, pruned, fault }: JournalVerdict): string {
  const front =
    pruned === null
      ? ''
      : `; rows 1 to ${pruned.rows} were pruned on ${pruned.at} by ${pruned.by ?? 'unknown'}`
  if (fault !== null) {
    const place = fault.seq === null ? '' : ` at row ${fault.seq}`
    return `${file}: BROKEN${place} (${fault.kind}): ${fault.detail}${front}`
  }
  if (last === null) return `${file}: no rows yet`
  return `${file}: whole, rows ${last.seq - rows + 1} to ${last.seq}${front}`
}

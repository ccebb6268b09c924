import { JOURNALS } from '#domain/audit/trail.ts'
import { chainsInFile, chainsInJournald, type LoggedChains } from '#agent/audit/log-stream.ts'
import { verifyJournal, type JournalVerdict, type PrunedFront } from '#agent/audit/verify-journal.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'

/** Said with every verdict: a check that hides its limits is believed too far. */
const ONLY_AGAINST_THE_LOG = [
  'a chain that somebody who may write the files has rewritten from some row to its end, marker included',
  'rows cut off the end together with the marker that knows of them',
]
const ALONE = [...ONLY_AGAINST_THE_LOG, 'what was never recorded']
const WITH_THE_LOG = [
  'rows that were rewritten, or cut off the end, and of which the log has no line',
  'what somebody has changed in the files and in the log alike, or passes off as a history begun anew',
  'what was never recorded',
]

/** `holdfast audit verify`: every row of each chain, and the first that does not fit (AU2). */
export async function auditVerify({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const { paths, units } = operatorSettings(env, configFile).contract.contract
  const source = options['against-journal']
  const logged = typeof source === 'string' ? await loggedChains(source, units) : null
  const journals = JOURNALS.map((journal) => verifyJournal(paths.state_dir, journal, logged?.[journal]))
  const reasons = journals.flatMap(reasonsOf)
  const ok = reasons.length === 0
  const cannotFind = logged === null ? ALONE : WITH_THE_LOG
  const text = [
    ...journals.flatMap(verdictLines),
    '',
    'This cannot find:',
    ...cannotFind.map((what) => `  ${what}`),
  ]
  out.result({ ok, journals, cannot_find: cannotFind, reasons }, text.join('\n'))
  return ok ? EXIT.done : EXIT.findings
}

function loggedChains(source: string, units: Parameters<typeof chainsInJournald>[0]): Promise<LoggedChains> {
  return source === '' ? chainsInJournald(units) : chainsInFile(source)
}

function reasonsOf({ file, fault, log }: JournalVerdict): { code: string; message: string }[] {
  const chain = fault === null ? [] : [{ code: `chain_${fault.kind}`, message: `${file}: ${fault.detail}` }]
  const against = log?.fault ?? null
  return against === null ? chain : [...chain, { code: against.kind, message: `${file}: ${against.detail}` }]
}

function verdictLines({ file, rows, last, pruned, fault, log }: JournalVerdict): string[] {
  const front = pruned === null ? '' : `; ${prunedText(pruned)}`
  return [`${file}: ${chainText()}${front}`, ...(log === null ? [] : [`  log stream: ${logText(log)}`])]

  function chainText(): string {
    if (fault !== null) return `BROKEN${placeText(fault.seq)} (${fault.kind}): ${fault.detail}`
    return last === null ? 'no rows yet' : `whole, rows ${last.seq - rows + 1} to ${last.seq}`
  }
}

function prunedText({ rows, until, at, by, command }: PrunedFront): string {
  const [upTo, how] = [until === null ? '' : `, until ${until},`, command === null ? '' : ` (${command})`]
  return `rows 1 to ${rows}${upTo} were pruned on ${at} by ${by ?? 'unknown'}${how}`
}

function logText({ compared, notLogged, earlier, fault }: NonNullable<JournalVerdict['log']>): string {
  if (fault !== null) return `DIFFERS${placeText(fault.seq)} (${fault.kind}): ${fault.detail}`
  const rest = notLogged === 0 ? '' : `; of ${notLogged} it has no line (any more)`
  const before =
    earlier.length === 0 ? '' : `; an earlier history, up to row ${earlier.join(', ')}, was put aside`
  return `the same hash for ${compared} rows${rest}${before}`
}

function placeText(seq: number | null): string {
  return seq === null ? '' : ` at row ${seq}`
}

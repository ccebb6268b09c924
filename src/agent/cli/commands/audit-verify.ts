import { chainsInFile, chainsInJournald, type LoggedChains } from '#agent/audit/log-stream.ts'
import { judgeJournals } from '#agent/audit/judge-journals.ts'
import type { JournalVerdict, PrunedFront } from '#agent/audit/verify-journal.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'

/** `holdfast audit verify`: every row of each chain, and the first that does not fit (AU2). */
export async function auditVerify({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const { paths, units } = operatorSettings(env, configFile).contract.contract
  const source = options['against-journal']
  const logged = typeof source === 'string' ? await loggedChains(source, units) : null
  const verdict = judgeJournals(paths.state_dir, logged)
  const text = [
    ...verdict.journals.flatMap(verdictLines),
    '',
    'This cannot find:',
    ...verdict.cannot_find.map((what) => `  ${what}`),
  ]
  out.result(verdict, text.join('\n'))
  return verdict.ok ? EXIT.done : EXIT.findings
}

function loggedChains(source: string, units: Parameters<typeof chainsInJournald>[0]): Promise<LoggedChains> {
  return source === '' ? chainsInJournald(units) : chainsInFile(source)
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

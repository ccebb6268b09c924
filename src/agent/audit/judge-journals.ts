/** Both chains, held against themselves and, where it was asked, against the log stream; with what that cannot find. */
import { JOURNALS } from '#domain/audit/trail.ts'
import type { LoggedChains } from './log-stream.ts'
import { verifyJournal, type JournalVerdict } from './verify-journal.ts'

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

export interface JournalsVerdict {
  ok: boolean
  journals: JournalVerdict[]
  /** Said with every verdict: a check that hides its limits is believed too far. */
  cannot_find: string[]
  reasons: { code: string; message: string }[]
}

export function judgeJournals(stateDir: string, logged: LoggedChains | null = null): JournalsVerdict {
  const journals = JOURNALS.map((journal) => verifyJournal(stateDir, journal, logged?.[journal]))
  const reasons = journals.flatMap(reasonsOf)
  return { ok: reasons.length === 0, journals, cannot_find: logged === null ? ALONE : WITH_THE_LOG, reasons }
}

function reasonsOf({ file, fault, log }: JournalVerdict): { code: string; message: string }[] {
  const chain = fault === null ? [] : [{ code: `chain_${fault.kind}`, message: `${file}: ${fault.detail}` }]
  const against = log?.fault ?? null
  return against === null ? chain : [...chain, { code: against.kind, message: `${file}: ${against.detail}` }]
}

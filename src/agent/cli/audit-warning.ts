import { JOURNALS } from '#domain/audit/trail.ts'
import { verifyJournal } from '#agent/audit/verify-journal.ts'
import type { Output } from './command.ts'

/** What is shown is what is stored; whether that is what was written is said beside it. */
export function warnOfBrokenChains(stateDir: string, out: Output): void {
  for (const journal of JOURNALS) {
    const { fault, file } = verifyJournal(stateDir, journal)
    if (fault === null) continue
    const place = fault.seq === null ? '' : ` at row ${fault.seq}`
    out.note(`warning: ${file} does not verify${place} (${fault.kind}): holdfast audit verify says more`)
  }
}

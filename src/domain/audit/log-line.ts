/**
 * Each row of a journal once more, as one JSON line of the log stream (AU2): its place, its hash, and enough to
 * read it by. Whoever can write the state directory cannot write the log's past, so the two are held against
 * each other. A line is short whatever the event holds: a log daemon splits long ones, and half a line is none.
 */
import * as z from 'zod/mini'
import { cleanText } from '../free-text.ts'
import { emptyState } from '../journal/fold.ts'
import { actionText } from './actions.ts'
import { auditFactsOf } from './record.ts'
import { JOURNALS, type AuditRow } from './trail.ts'

const WORDS_CHARACTERS = 200

const loggedRow = z.object({
  journal: z.enum(JOURNALS),
  seq: z.int().check(z.minimum(1)),
  hash: z.string().check(z.length(64)),
})

const logLine = z.object({ audit: loggedRow })

export type LoggedRow = z.infer<typeof loggedRow>

interface AuditLine {
  readonly message: string
  readonly details: { readonly audit: LoggedRow & Readonly<Record<string, unknown>> }
}

export function auditLineOf(row: AuditRow): AuditLine {
  const { journal, seq, hash, id, event } = row
  // What came before is not at hand where a row is written; the line says what the row says by itself.
  const facts = auditFactsOf(row, emptyState)
  const word = (text: string | null | undefined) =>
    text === null || text === undefined ? null : cleanText(text, WORDS_CHARACTERS)
  const [actor, decision, reason] = [word(facts.actor), word(facts.decision), word(facts.reason)]
  const why = [decision, reason].filter((part) => part !== null && part !== '').join(': ')
  return {
    message: `${actionText(event.type)} (${actor}${why === '' ? '' : `, ${why}`})`,
    details: {
      audit: {
        journal,
        seq,
        hash,
        id,
        action: event.type,
        actor,
        source: facts.source,
        decision,
        reason,
        override_reason: word(facts.override_reason),
        request_id: word(facts.request_id),
      },
    },
  }
}

/** null: a line that tells of something else. */
export function loggedRowIn(line: string): LoggedRow | null {
  if (!line.includes('"audit"')) return null
  try {
    return logLine.safeParse(JSON.parse(line)).data?.audit ?? null
  } catch {
    return null // Other programs write to the same stream.
  }
}

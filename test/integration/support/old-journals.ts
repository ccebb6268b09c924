/** Journals of long ago: everything that a watchdog and its operators say, round after round, and all of it ended. */
import { JOURNALS } from '#domain/audit/trail.ts'
import type { EventTime, JournalEvent } from '#domain/journal/events.ts'
import { journalPath } from '#agent/store/journal-paths.ts'
import {
  actor,
  ask,
  external,
  intent,
  latched,
  outcome,
  refusal,
  released,
} from '../../domain/journal/diary.ts'
import { fillJournal, openJournal } from '../../support/journal.ts'

const ROUND_MS = 10 * 60_000
const ROUNDS = 400
const DAY_MS = 86_400_000
export const OLD = Date.parse('2024-01-01T00:00:00Z')
const changed: JournalEvent = { type: 'target_changed', from: 'failing', to: 'serving', detail: '' }
/** In the order in which they happen, ten minutes a round; all of it long ago, in a boot that lasted a week. */
const ROUND: readonly [journal: 'watchdog' | 'agent', event: (id: string) => JournalEvent][] = [
  ['agent', (id) => ({ type: 'request_recorded', ask: ask(`r-${id}`) })],
  ['watchdog', (id) => intent(id)],
  ['watchdog', (id) => outcome(id)],
  ['watchdog', (id) => refusal(`refused-${id}`)],
  ['watchdog', () => external],
  ['watchdog', () => latched],
  ['agent', () => released],
  ['agent', () => ({ type: 'paused', actor, reason: 'work', until: null })],
  ['agent', () => ({ type: 'resumed', actor, reason: '' })],
]

export async function fillOld(stateDir: string): Promise<void> {
  for (const journal of JOURNALS) {
    const path = journalPath(stateDir, journal)
    const written = Array.from({ length: ROUNDS }).flatMap((_, round) =>
      ROUND.flatMap(([where, event], step) =>
        where === journal ? [{ event: event(String(round)), time: oldTime(round, step) }] : [],
      ),
    )
    // Two days later, in the same boot: what was done before is older than any window, whatever comes.
    const end = { wall: OLD + 7 * DAY_MS, monotonic: 7 * DAY_MS, boot: 'an old boot' }
    if (journal === 'watchdog') written.push({ event: changed, time: end })
    await openJournal(path).close()
    fillJournal(
      path,
      written.map(({ event }) => event),
      (seq) => written[seq - 1]?.time ?? oldTime(0, 0),
    )
  }
}

function oldTime(round: number, step: number): EventTime {
  const ms = round * ROUND_MS + step * 1000
  return { wall: OLD + ms, monotonic: ms, boot: 'an old boot' }
}

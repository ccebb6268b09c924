/**
 * Whether what is left of a history answers like the whole of it, whatever the policy will ask: now, and after a
 * reboot, when ages are at their least. What may go is reasoned in retention.ts; this asks the answers themselves, so
 * that a rule which was forgotten there removes nothing, and rows which this release reads only in part neither.
 *
 * What came of requests that were settled, and restarts that have left every window, may differ.
 */
import { LONGEST_WINDOW_S } from '../config/kinds.ts'
import { canonicalText } from '../journal/chain.ts'
import { sawTime } from '../journal/event-clock.ts'
import type { EventTime } from '../journal/events.ts'
import type { JournalState } from '../journal/fold.ts'
import { activePause, isGuardLatched, openAttempts, restartsFor } from '../journal/questions.ts'
import type { PolicyConfig } from '../policy/config.ts'
import { dueLatch } from '../policy/due-latch.ts'

export function decidesAlike(
  whole: JournalState,
  kept: JournalState,
  policy: PolicyConfig,
  now: EventTime,
): boolean {
  // Of boots that are gone nothing is asked any more.
  const boots = new Set(kept.clock.boots.map(({ boot }) => boot))
  const answers = (state: JournalState) => canonicalText(answersOf(state, boots, policy, now))
  return answers(whole) === answers(kept)
}

function answersOf(
  told: JournalState,
  boots: ReadonlySet<string>,
  policy: PolicyConfig,
  now: EventTime,
): object {
  const rebooted: EventTime = { wall: now.wall, monotonic: 0, boot: '' }
  // The row that tells of the prune is of now, and so will be known to whoever asks later.
  const state = { ...told, clock: sawTime(told.clock, now, { byWatchdog: false }) }
  const open = [...state.requests.open.values()]
  return {
    boots: state.clock.boots.filter(({ boot }) => boots.has(boot)).map((seen) => ({ ...seen })),
    requests: open.map(({ requestId, at, recorded, attempted }) => {
      return { requestId, at: { ...at }, isRecorded: recorded !== null, attempted }
    }),
    attempts: openAttempts(state).map(({ attemptId, abandoned }) => ({ attemptId, abandoned })),
    unhelpful: state.unhelpfulInARow,
    moments: [now, rebooted].map((at) => answersAt(state, policy, at)),
  }
}

function answersAt(state: JournalState, policy: PolicyConfig, now: EventTime): object {
  const restarts = restartsFor(state, { now }).filter(({ at }) => now.wall - at <= LONGEST_WINDOW_S * 1000)
  const pause = activePause(state, now)
  return {
    restarts: restarts.map((restart) => ({ ...restart })),
    // By either setting, since it may be changed tomorrow: the guard must not be open then because rows are gone.
    latched: (['manual', 'window'] as const).map((guardRelease) =>
      isGuardLatched(state, { ...policy, guardRelease }, now),
    ),
    latchDue: dueLatch(state, policy, now),
    pause: pause === null ? null : { ...pause.at },
  }
}

/** The four steps of a restart with their times, and what is to be said of where it stands. */
import type { CrewChange } from '#domain/metrics/crew.ts'
import type { EpochMs } from '#domain/time.ts'
import { ageText, durationText } from '#domain/units.ts'
import { recoverMessages } from '#web/messages-recover.ts'
import type { Tone, Shape } from '#web/ui/look.ts'
import { reasonWords } from '#web/reason-words.ts'
import type { Progress } from '#web/views/recover/restart-progress.ts'

const { progress: words } = recoverMessages.restart

type StepState = keyof typeof words.states

export interface Step {
  readonly id: keyof typeof words.steps
  readonly name: string
  readonly state: StepState
  /** How long after the request; empty while it is not reached. */
  readonly after: string
}

export const STEP_LOOKS: Record<StepState, { readonly tone: Tone; readonly shape: Shape }> = {
  done: { tone: 'ok', shape: 'disc' },
  now: { tone: 'busy', shape: 'turn' },
  next: { tone: 'unknown', shape: 'ring' },
  failed: { tone: 'bad', shape: 'cross' },
  skipped: { tone: 'unknown', shape: 'ring' },
}

const STATES: Record<Progress['kind'], readonly [StepState, StepState, StepState, StepState]> = {
  waiting: ['done', 'now', 'next', 'next'],
  signalled: ['done', 'done', 'now', 'next'],
  verified: ['done', 'done', 'done', 'done'],
  failed: ['done', 'done', 'failed', 'skipped'],
  refused: ['done', 'failed', 'skipped', 'skipped'],
  silent: ['done', 'skipped', 'skipped', 'skipped'],
}

/** `crew`: how far the workers were seen replaced, which the watchdog itself tells only with the end. */
export function stepsOf(progress: Progress, acceptedAt: EpochMs, crew: CrewChange | null = null): Step[] {
  const unsent = progress.kind === 'failed' && progress.signalledAt === null
  const states = unsent ? STATES.refused : statesOf(progress, crew)
  const after = (at: EpochMs | null) => (at === null ? '' : words.after(ageText(at - acceptedAt)))
  const signalledAt = 'signalledAt' in progress ? progress.signalledAt : null
  const endedAt = progress.kind === 'verified' ? progress.endedAt : null
  const times = ['', after(signalledAt), crewText(progress, crew, after), after(endedAt)]
  return (Object.keys(words.steps) as Step['id'][]).map((id, i) => ({
    id,
    name: words.steps[id],
    state: states[i] ?? 'next',
    after: times[i] ?? '',
  }))
}

function statesOf(progress: Progress, crew: CrewChange | null) {
  if (progress.kind !== 'signalled' || crew === null || crew.replacedAt === null) return STATES[progress.kind]
  return ['done', 'done', 'done', 'now'] as const
}

function crewText(
  progress: Progress,
  crew: CrewChange | null,
  after: (at: EpochMs | null) => string,
): string {
  if (crew === null || (progress.kind !== 'signalled' && progress.kind !== 'verified')) return ''
  const { gone, of, replacedAt } = crew
  if (replacedAt === null) return progress.kind === 'signalled' ? words.replaced(gone, of) : ''
  // Seen at the next look at the process table, which may come after the end.
  return progress.kind === 'verified' && replacedAt > progress.endedAt ? '' : after(replacedAt)
}

export function progressText(progress: Progress, acceptedAt: EpochMs, now: EpochMs): string {
  switch (progress.kind) {
    case 'waiting':
      return words.waiting
    case 'signalled':
      return words.signalled
    case 'verified':
      return `${words.verified(ageText(progress.endedAt - acceptedAt))} ${helpText(progress.helped)}`
    case 'failed': {
      const why = [reasonWords(progress.reason), progress.detail ?? ''].filter((part) => part !== '')
      return (progress.signalledAt === null ? words.unsent : words.failed)(why.join(', '))
    }
    case 'refused':
      return words.refused(reasonWords(progress.reason))
    case 'silent':
      return words.silent(durationText(now - acceptedAt))
  }
}

function helpText(helped: boolean | null): string {
  if (helped === null) return words.notJudged
  return helped ? words.helped : words.unhelpful
}

/** What an operator says that is no restart: guard, pause and resume, in the console's words (WD4, WD13). */
import { reaches, ROLE_WORDS } from '#domain/access/roles.ts'
import { BARRED_WORDS, PAUSE_WORDS, RELEASE_WORDS } from '#domain/policy/act-words.ts'
import type { WorkerStatus } from '#domain/schemas/worker-api.ts'
import type { ClassicFacts, FormAct, Visitor } from './facts.ts'
import { choiceField, formOf, textField, typedIn, type Choice } from './form.ts'
import { html, type Html } from './html.ts'
import { CLASSIC_WORDS } from './words.ts'

/** In seconds; '' is until somebody resumes. */
export const PAUSE_LENGTHS: readonly Choice[] = [
  { value: '900', text: PAUSE_WORDS.lengths.quarter },
  { value: '3600', text: PAUSE_WORDS.lengths.hour },
  { value: '14400', text: PAUSE_WORDS.lengths.four },
  { value: '', text: PAUSE_WORDS.lengths.open },
]

export const REASON = 'Reason'

export function wordSections(facts: ClassicFacts): Html[] {
  const { visitor = null, worker } = facts
  if (visitor === null || worker === null) return []
  const mayAct = reaches(visitor.role, 'operator')
  return [
    html`<h2>${RELEASE_WORDS.heading}</h2>
      <p>${guardText(worker)}</p>`,
    ...(mayAct && hasRelease(worker) ? [releaseForm(facts, visitor)] : []),
    html`<h2>${PAUSE_WORDS.heading}</h2>
      <p>${pauseText(worker)}</p>`,
    mayAct ? pauseForm(facts, visitor, worker) : html`<p>${BARRED_WORDS.role(ROLE_WORDS[visitor.role])}</p>`,
  ]
}

function hasRelease({ guard, policy_state: { state }, history_readable: isReadable }: WorkerStatus): boolean {
  return guard.latched || state === 'guarded' || !isReadable
}

function guardText(worker: WorkerStatus): string {
  const { guard, history_readable: isReadable } = worker
  if (!isReadable) return RELEASE_WORDS.unreadable
  if (guard.latched) {
    return guard.latched_at === null ? RELEASE_WORDS.latchedUntimed : RELEASE_WORDS.latched(guard.latched_at)
  }
  return hasRelease(worker) ? RELEASE_WORDS.spent : RELEASE_WORDS.open
}

function pauseText({ pause }: WorkerStatus): string {
  if (pause === null) return `${PAUSE_WORDS.on} ${PAUSE_WORDS.meaning}`
  const until = pause.until === null ? '' : ` ${PAUSE_WORDS.length} until ${pause.until}.`
  return `${PAUSE_WORDS.paused(pause.by, pause.since)} ${PAUSE_WORDS.pausedReason(pause.reason)}.${until}`
}

function releaseForm(facts: ClassicFacts, visitor: Visitor): Html {
  const act = 'guard-release'
  return html`<p>${RELEASE_WORDS.meaning}</p>
    ${formOf({ act, visitor, facts, button: RELEASE_WORDS.button }, reasonField(facts, act))}`
}

function pauseForm(facts: ClassicFacts, visitor: Visitor, { pause }: WorkerStatus): Html {
  if (pause !== null) {
    const fields = textField('reason', PAUSE_WORDS.resumeReason, typedIn(facts, 'resume').reason)
    return formOf({ act: 'resume', visitor, facts, button: PAUSE_WORDS.resume }, fields)
  }
  const fields = html`${reasonField(facts, 'pause')}${choiceField('for', PAUSE_WORDS.length, PAUSE_LENGTHS)}`
  return formOf({ act: 'pause', visitor, facts, button: PAUSE_WORDS.button }, fields)
}

function reasonField(facts: ClassicFacts, act: FormAct): Html {
  return textField('reason', REASON, typedIn(facts, act).reason)
}

export function signOutForm(facts: ClassicFacts, visitor: Visitor): Html {
  return formOf({ act: 'sign-out', visitor, facts, button: CLASSIC_WORDS.signOut }, html``)
}

/** Restarts on the classic page: what would happen, by the policy's own decision (WD1), and the forms that ask for it. */
import { BARRED_WORDS, LADDER_WORDS, OVERRIDE_WORDS, PLAIN_WORDS } from '#domain/policy/act-words.ts'
import { RUNG_WORDS } from '#domain/policy/ladder.ts'
import { previewNotes, refusalBar } from '#domain/policy/preview.ts'
import { reasonText } from '#domain/policy/reason-words.ts'
import { rungOffers } from '#domain/policy/rung-offers.ts'
import { reaches, ROLE_WORDS } from '#domain/access/roles.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { WorkerStatus } from '#domain/schemas/worker-api.ts'
import { durationText } from '#domain/units.ts'
import type { ClassicFacts, Visitor } from './facts.ts'
import { choiceField, formOf, hidden, textField, typedIn } from './form.ts'
import { html, type Html } from './html.ts'
import { CLASSIC_WORDS as WORDS } from './words.ts'

export function restartSection(facts: ClassicFacts): Html[] {
  const { visitor = null, worker } = facts
  if (visitor === null || worker === null) return []
  return [
    html`<h2>${WORDS.restart}</h2>`,
    ...previewOf(visitor, worker).map((line) => html`<p>${line}</p>`),
    ...formsOf(facts, visitor, worker),
  ]
}

function previewOf({ preview }: Visitor, worker: WorkerStatus): string[] {
  if (preview instanceof HoldfastProblem) return [problemText(preview)]
  const notes = previewNotes(preview, worker)
  if (preview.decision !== 'blocked') return [PLAIN_WORDS.allowed, ...notes]
  const why = [PLAIN_WORDS.blocked, ...preview.reasons.map(reasonText)].join(' ')
  return [why, refusalBar(preview, (wait) => durationText(Math.ceil(wait / 1000) * 1000)), ...notes]
}

function problemText({ code, spec, detail }: HoldfastProblem): string {
  if (code === 'watchdog_not_running') return BARRED_WORDS.watchdog
  return code === 'state_unreadable' ? BARRED_WORDS.unreadable : WORDS.notDone(spec.title, detail)
}

function formsOf(facts: ClassicFacts, visitor: Visitor, worker: WorkerStatus): Html[] {
  if (!reaches(visitor.role, 'operator')) return [html`<p>${BARRED_WORDS.role(ROLE_WORDS[visitor.role])}</p>`]
  return [plainForm(facts, visitor, worker), overrideForm(facts, visitor, worker)]
}

function plainForm(facts: ClassicFacts, visitor: Visitor, worker: WorkerStatus): Html {
  const rungs = rungOffers(worker).map(({ rung, offered, because }, index) => {
    const { name, effect } = RUNG_WORDS[rung]
    const standing = offered
      ? index === 0
        ? LADDER_WORDS.weakest
        : LADDER_WORDS.offered(because)
      : LADDER_WORDS.notOffered(because)
    const state = offered ? (index === 0 ? attribute('checked') : NONE) : attribute('disabled')
    return html`<p>
      <label><input type="radio" name="rung" value="${rung}" ${state} /> <strong>${name}</strong></label>
      ${effect} ${standing}
    </p>`
  })
  const fields = html`${hidden('seen', worker.version)}
    <fieldset>
      <legend>${LADDER_WORDS.legend}</legend>
      ${rungs}
    </fieldset>`
  return formOf({ act: 'restart', visitor, facts, button: WORDS.restartButton }, fields)
}

function overrideForm(facts: ClassicFacts, visitor: Visitor, worker: WorkerStatus): Html {
  const { reason, typed } = typedIn(facts, 'override')
  const { preview, target } = visitor
  const costs =
    preview instanceof HoldfastProblem || preview.decision !== 'blocked'
      ? []
      : preview.reasons.flatMap((code) => OVERRIDE_WORDS.costs[code] ?? [])
  const rungs = rungOffers(worker).map(({ rung }) => ({ value: rung, text: RUNG_WORDS[rung].name }))
  const fields = html`${hidden('seen', worker.version)}${choiceField('rung', WORDS.overrideRung, rungs)}
    ${textField('reason', `${OVERRIDE_WORDS.reason}. ${OVERRIDE_WORDS.reasonHelp}`, reason)}
    ${textField('typed', OVERRIDE_WORDS.typeName(target), typed)}
    <p>
      <label><input type="checkbox" name="pass" value="preflight" /> ${OVERRIDE_WORDS.passPreflight}</label>
    </p>`
  return html`<h3>${OVERRIDE_WORDS.heading}</h3>
    <p>${OVERRIDE_WORDS.intro}</p>
    ${costs.map((cost) => html`<p>${cost}</p>`)}
    ${formOf({ act: 'override', visitor, facts, button: WORDS.overrideButton }, fields)}`
}

const attribute = (name: 'checked' | 'disabled') => html`${name}`
const NONE = html``

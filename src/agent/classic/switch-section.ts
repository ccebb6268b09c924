/** The kill switch on the classic page: what holds it, and the way back into the console (SH3). */
import { reaches, ROLE_WORDS } from '#domain/access/roles.ts'
import { BARRED_WORDS } from '#domain/policy/act-words.ts'
import { routesOut, switchFileText, SWITCH_WORDS } from '#domain/navigation/switch-words.ts'
import {
  PROOF_COLUMNS,
  PROOF_ROWS,
  PROOF_WORDS,
  proofSummary,
  rollbackSummary,
} from '#domain/navigation/proof-words.ts'
import type { NavigationProof, SwitchFileView } from '#domain/schemas/navigation-api.ts'
import type { ClassicFacts, Visitor } from './facts.ts'
import { choiceField, formOf, textField, typedIn } from './form.ts'
import { html, type Html } from './html.ts'

export function switchSection(facts: ClassicFacts): Html[] {
  const { navigation, visitor = null } = facts
  const { engaged, by, diagnostics } = navigation
  const out = routesOut(navigation)
  const titles = out.map(({ title }) => title).join(', ')
  const files = [...by, ...out.flatMap((route) => route.by.filter(({ route: own }) => own !== null))]
  return [
    html`<h2>${SWITCH_WORDS.heading}</h2>
      <p>${engaged ? SWITCH_WORDS.engaged : SWITCH_WORDS.released}</p>`,
    ...(out.length === 0 ? [] : [html`<p>${SWITCH_WORDS.routesOut(titles)}</p>`]),
    listOf(files.map((file) => (visitor === null ? publicText(file) : switchFileText(file)))),
    ...(visitor === null
      ? []
      : [listOf(diagnostics), ...proofPart(navigation), ...formOfSwitch(facts, visitor)]),
  ]
}

/** Who typed what is for those who have signed in (OB1). */
function publicText(file: SwitchFileView): string {
  return switchFileText({ ...file, by: null, reason: null, at: null })
}

function listOf(lines: readonly string[]): Html {
  return lines.length === 0
    ? html``
    : html`<ul>
        ${lines.map((line) => html`<li>${line}</li>`)}
      </ul>`
}

/** Who has left (SH6), and how the last rollback went against its target (SH7). */
function proofPart({ proof, rollback }: ClassicFacts['navigation']): Html[] {
  const { round, open } = proof
  const lines = [...proofSummary(proof), PROOF_WORDS.open(open), rollbackSummary(rollback)]
  return [
    html`<h3>${PROOF_WORDS.heading}</h3>
      ${lines.map((line) => html`<p>${line}</p>`)}`,
    ...(round === null ? [] : [tableOf(round)]),
  ]
}

function tableOf(round: NonNullable<NavigationProof['round']>): Html {
  const { what, columns, rows } = PROOF_WORDS
  return html`<div class="wide" role="region" tabindex="0" aria-label="${PROOF_WORDS.heading}">
    <table>
      <thead>
        <tr>
          <th>${what}</th>
          ${PROOF_COLUMNS.map((column) => html`<th>${columns[column]}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${PROOF_ROWS.map(
          (row) =>
            html`<tr>
              <td>${rows[row]}</td>
              ${PROOF_COLUMNS.map((column) => html`<td>${String(round[row][column])}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function formOfSwitch(facts: ClassicFacts, visitor: Visitor): Html[] {
  if (!reaches(visitor.role, 'operator')) return [html`<p>${BARRED_WORDS.role(ROLE_WORDS[visitor.role])}</p>`]
  const { engaged, routes, by } = facts.navigation
  const ways = [
    { value: 'release', text: SWITCH_WORDS.release },
    { value: 'engage', text: SWITCH_WORDS.engage },
  ]
  const whats = [
    { value: '', text: SWITCH_WORDS.allRoutes },
    ...routes.map(({ id, title }) => ({ value: id, text: title })),
  ]
  const fields = html`${choiceField('what', SWITCH_WORDS.what, whats)}
  ${choiceField('way', SWITCH_WORDS.act, engaged ? ways : ways.toReversed())}
  ${textField('reason', SWITCH_WORDS.reason, typedIn(facts, 'navigation').reason)}`
  return [
    ...(by.some(({ kind }) => kind === 'hard') ? [html`<p>${SWITCH_WORDS.hardHolds}</p>`] : []),
    formOf({ act: 'navigation', visitor, facts, button: SWITCH_WORDS.button }, fields),
  ]
}

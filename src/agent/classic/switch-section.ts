/** The kill switch on the classic page: what holds it, and the way back into the console (SH3). */
import { reaches } from '#domain/access/roles.ts'
import { BARRED_WORDS } from '#domain/policy/act-words.ts'
import { routesOut, switchFileText, SWITCH_WORDS } from '#domain/navigation/switch-words.ts'
import type { SwitchFileView } from '#domain/schemas/navigation-api.ts'
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
    ...(visitor === null ? [] : [listOf(diagnostics), ...formOfSwitch(facts, visitor)]),
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

function formOfSwitch(facts: ClassicFacts, visitor: Visitor): Html[] {
  if (!reaches(visitor.role, 'operator')) return [html`<p>${BARRED_WORDS.role(visitor.role)}</p>`]
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

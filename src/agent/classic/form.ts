/** The forms of the classic page: plain HTML, each with what makes it one request of one session, however often it is sent. */
import type { ClassicFacts, FormAct, Visitor } from './facts.ts'
import { html, type Html } from './html.ts'

interface FormParts {
  readonly act: FormAct
  readonly visitor: Visitor
  readonly facts: Pick<ClassicFacts, 'page'>
  readonly button: string
}

export function formOf({ act, visitor, facts, button }: FormParts, fields: Html): Html {
  const { key, csrf } = visitor.marks(act)
  return html`<form method="post" action="classic/${act}">
    ${hidden('key', key)}${hidden('csrf', csrf)}${hidden('page', facts.page ?? '')} ${fields}
    <p><button>${button}</button></p>
  </form>`
}

export function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}" />`
}

export function textField(name: string, label: string, typed: string | undefined, type = 'text'): Html {
  return html`<p>
    <label>${label}<br /><input type="${type}" name="${name}" value="${typed ?? ''}" size="40" /></label>
  </p>`
}

export interface Choice {
  readonly value: string
  readonly text: string
}

export function choiceField(name: string, label: string, choices: readonly Choice[]): Html {
  return html`<p>
    <label
      >${label}<br /><select name="${name}">
        ${choices.map(({ value, text }) => html`<option value="${value}">${text}</option>`)}
      </select></label
    >
  </p>`
}

/** What was typed into this form the last time, where it has to be sent again, or in the console before it had to be left. */
export function typedIn(
  { answer, unsent = {} }: ClassicFacts,
  act: FormAct,
): Readonly<Record<string, string>> {
  return answer?.act === act ? answer.typed : (unsent[act] ?? {})
}

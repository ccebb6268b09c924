/** Signing in without a script (SE1, SE2). The link's secret stands behind a #, which no browser sends: it is pasted. */
import { PASSWORD_CHARACTERS_MAX } from '#domain/schemas/access-api.ts'
import type { ClassicFacts } from './facts.ts'
import { hidden, textField } from './form.ts'
import { html, type Html } from './html.ts'
import { CLASSIC_WORDS as WORDS } from './words.ts'

export function signInSection({ answer = null, page = null }: ClassicFacts): Html[] {
  const typed = answer?.act === 'sign-in' ? answer.typed.user : undefined
  return [
    html`<h2>${WORDS.signIn}</h2>
      <p>${WORDS.signInWhy}</p>
      <form method="post" action="classic/sign-in">
        ${hidden('page', page ?? '')} ${textField('user', WORDS.user, typed)}
        <p>
          <label
            >${WORDS.password}<br /><input
              type="password"
              name="password"
              autocomplete="current-password"
              maxlength="${PASSWORD_CHARACTERS_MAX}"
              size="40"
          /></label>
        </p>
        ${textField('link', WORDS.link, '', 'password')}
        <p><button>${WORDS.signIn}</button></p>
      </form>`,
  ]
}

/** The part of the catalogue (messages.ts) for whoever is not signed in: whoever is needs none of it. */
const en = {
  title: 'Sign in',
  username: 'Name',
  password: 'Password',
  submit: 'Sign in',
  submitting: 'Signing in',
  notes: {
    ended: 'The session has ended. After signing in you are back where you were.',
    signed_out: 'You are signed out.',
  },
  faults: {
    sign_in_refused: 'Name or password is not right.',
    sign_in_slowed: 'Too many wrong passwords for this account. What was typed was not looked at.',
    sign_in_busy: 'Too many sign in at the same time. Try again in a few seconds.',
    sign_in_link_invalid: 'The sign-in link is used up or too old. Make another, or sign in here.',
    accounts_unreadable: 'The agent cannot read its accounts, so nobody can sign in. Its log says why.',
    agent_unreachable: 'The agent does not answer. Try again when it runs.',
  },
  wait: (wait: string) => `The next try is possible in ${wait}.`,
  help: 'Without a password, on the host:',
  linkCommand: 'npx holdfast login-link',
  accountHelp: 'For another account:',
  accountCommand: 'npx holdfast user add NAME --role ROLE',
}

/** Other languages must have each of these sentences. */
export type SignInMessages = typeof en

export const signInMessages: SignInMessages = en

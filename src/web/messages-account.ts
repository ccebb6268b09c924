/** The part of the catalogue (messages.ts) for who is signed in, and in which role. */
import { ROLE_WORDS } from '#domain/access/roles.ts'

const en = {
  roles: ROLE_WORDS,

  session: {
    signedInAs: (user: string, role: string) => `${user}, ${role}`,
    signOut: 'Sign out',
    signOutFailed: (why: string) => `Still signed in: ${why}.`,
  },
}

/** Other languages must have each of these sentences. */
export type AccountMessages = typeof en

export const accountMessages: AccountMessages = en

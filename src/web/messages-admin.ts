/** The part of the catalogue (messages.ts) for the drawer *Admin*: it comes with that drawer's own files. */
const en = {
  sessions: {
    heading: 'Signed in now',
    loading: 'Reading the sessions',
    empty: 'Nobody is signed in with a browser; you are here by a token.',
    columns: { user: 'Who', role: 'Role', address: 'From', began: 'Since', seen: 'Last seen', act: 'Action' },
    ago: (age: string) => `${age} ago`,
    own: 'this one',
    end: 'End',
    endOf: (user: string, address: string) => `End the session of ${user}, from ${address}`,
    ending: 'Asking',
    ended: (user: string) => `The session of ${user} has ended.`,
    gone: (user: string) => `The session of ${user} had ended before.`,
    failed: (title: string) => `${title}. The session goes on.`,
  },
  users: {
    heading: 'Accounts',
    loading: 'Reading the accounts',
    empty: 'There is no account: people come in by a sign-in link, or through the proxy.',
    columns: { name: 'Name', role: 'Role', created: 'Made', password: 'Password set' },
    help: 'Accounts are changed on the host alone, and each change is in the audit:',
    command: 'npx holdfast user --help',
  },
  tokens: {
    heading: 'Tokens of scripts',
    empty: 'There is no token.',
    columns: { name: 'Name', role: 'Role', by: 'Made by', until: 'Until' },
    endless: 'without end',
    expired: (time: string) => `${time}, expired`,
    help: 'Made and taken back on the host:',
    command: 'npx holdfast token --help',
  },
  config: {
    heading: 'Settings in force',
    loading: 'Reading the settings',
    columns: { key: 'Setting', value: 'Value', source: 'Said by' },
    filter: 'Contains',
    count: (shown: number, all: number) =>
      shown === all ? `${all} settings` : `${shown} of ${all} settings`,
    emptyFiltered: 'No setting has this in its name, value or source.',
    unset: 'not set',
    help: 'Read once, when the agent starts; as on the host:',
    command: 'npx holdfast config print',
    warning: 'Said in the configuration, and not as expected.',
  },
} as const

/** Other languages must have each of these sentences. */
export const adminMessages = en

/** The catalogue of what is out of service in the console (messages.ts). */
export const navigationMessages = {
  counterpart: {
    title: 'This page is out of service.',
    detail:
      'An operator took it out with the kill switch. What is here comes from the agent as plain text and forms, and does not renew itself.',
    loading: 'Reading the plain page',
    again: 'Read again',
    failed: (title: string) => `The plain page cannot be read. ${title}.`,
    elsewhere: 'Open it alone',
  },
  page: {
    loading: 'Reading the kill switch',
    states: { in: 'In service', out: 'Out of service' },
    diagnostic: 'It engages nothing.',
    costs: {
      all: 'All open tabs leave the console within moments, and every address of it shows the classic page.',
      one: 'This page shows its plain counterpart, in open tabs and new ones; the others go on.',
    },
    reasonHelp: 'Kept in the audit, beside your name, and shown to everybody who is signed in.',
    barred: {
      sending: 'The last change is on its way.',
      unanswered: 'First it has to be known what became of the last change.',
      notLive: 'What is shown is not live.',
      isOut: 'It is out of service already.',
      isIn: 'It is not out of service by a switch of its own.',
    },
    failed: (title: string, detail: string) => `Nothing was changed: ${title}. ${detail}.`,
    unanswered: (title: string) =>
      `${title}. It may have been done all the same; sent again, it is done once.`,
    /** What is sent again, whatever has been typed since. */
    same: (act: string, what: string, reason: string) => `${act}: ${what}, with the reason “${reason}”.`,
    again: 'Send the same again',
    giveUp: 'Do not send it again',
    routes: {
      heading: 'Pages',
      columns: { page: 'Page', state: 'State', by: 'Held by' },
      free: 'nothing',
    },
    rollback: {
      heading: 'Rollback',
      how: 'On the host, engaged, looked at from outside and measured by one command:',
    },
  },
} as const

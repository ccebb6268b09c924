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
} as const

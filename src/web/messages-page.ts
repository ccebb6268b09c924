/**
 * The part of the catalogue (messages.ts) that every page but the overview needs: how its head says that what it shows is not live.
 */
const en = {
  notFound: {
    detail: 'The address may be mistyped, or come from another version.',
    back: 'Go to the overview',
  },
  staleTitle: 'Not live.',
  failedTitle: (title: string) => `${title}.`,
  forbiddenTitle: 'Not for this role.',
  failedHelp: (detail: string, retry: string) =>
    `${detail} Nothing is shown until it is read: ${retry}. The watchdog works without the console.`,
} as const

/** Other languages must have each of these sentences. */
export type PageMessages = typeof en

export const pageMessages: PageMessages = en

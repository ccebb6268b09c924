/**
 * Every sentence of the console that the domain does not word itself is in this catalogue: here what the frame around all pages
 * says, in a `messages-….ts` for each group of pages what they say, so that nobody loads the words of a page that is not
 * shown. A second language is a second object of each type.
 */
import { LEVEL_WORDS, pageTitle } from '#domain/health/verdict-words.ts'

const en = {
  product: 'Holdfast',
  skipToContent: 'Skip to the content',
  menu: 'Menu',
  mainNavigation: 'Main',
  none: '—',

  theme: {
    label: 'Colours',
    system: 'As the system',
    light: 'Light',
    dark: 'Dark',
  },

  palette: {
    open: 'Go to…',
    keys: 'Ctrl K',
  },

  levels: LEVEL_WORDS,

  state: {
    loading: 'Reading the state',
    agentSilent: 'The agent does not answer',
    unreadable: 'The health answer cannot be read',
  },

  title: pageTitle,

  age: {
    old: (age: string) => `${age} old`,
    stale: (age: string, why: string) => `${age} old, ${why}`,
    agentSilent: 'agent not answering',
    waiting: 'waiting for the first answer',
    noNewSample: 'no new sample',
    nextTry: (wait: string) => `next try in ${wait}`,
    trying: 'trying now',
  },

  connection: {
    loading: 'reading',
    live: 'live',
    stale: 'stale',
    failed: 'no answer',
  },

  target: {
    unknown: 'Target',
    workers: (count: number) => (count === 1 ? '1 worker' : `${count} workers`),
  },

  leaving: {
    title: 'The console is out of service.',
    detail: 'The classic page is being loaded in its place.',
    way: 'Open it by hand',
  },

  incomplete: {
    title: 'A part of the console could not be loaded.',
    detail: 'Load this page again; the agent may have been upgraded.',
    way: 'Or go to the classic page',
  },

  notFound: {
    title: 'Nothing at this address',
  },

  problems: {
    noAnswer: {
      code: 'agent_unreachable',
      title: 'The agent does not answer',
      detail: 'No connection could be made.',
    },
    tooSlow: (limitMs: number) => ({
      code: 'agent_too_slow',
      title: 'The agent does not answer',
      detail: `No answer within ${limitMs / 1000} s.`,
    }),
    status: (status: number) => ({
      code: `status_${status}`,
      title: 'The agent answered with an error',
      detail: `Status ${status}.`,
    }),
    malformed: (fault: string) => ({
      code: 'answer_malformed',
      title: 'The answer cannot be read',
      detail: fault,
    }),
    workerDied: (detail: string) => ({
      code: 'worker_died',
      title: 'The figures cannot be computed',
      detail,
    }),
    unexpected: (detail: string) => ({
      code: 'unexpected',
      title: 'Something broke in this page',
      detail,
    }),
  },
}

export type Messages = typeof en
export const messages: Messages = en

/**
 * Every sentence of the console that the domain does not word itself. A second language is a second
 * object of this type.
 */
import type { Role } from '#domain/access/roles.ts'
import { LEVEL_WORDS, pageTitle, VERDICT_WORDS } from '#domain/health/verdict-words.ts'
import { STATE_MEANINGS, STATE_WORDS } from '#domain/policy/state-words.ts'
import type { GapReason } from '#domain/schemas/raw-v1.ts'

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
    title: 'Commands',
    field: 'Page or command',
    page: 'page',
    setting: 'setting',
    account: 'account',
    none: 'Nothing of that name',
  },

  roles: { viewer: 'viewer', operator: 'operator', admin: 'administrator' } satisfies Record<Role, string>,

  session: {
    signedInAs: (user: string, role: string) => `${user}, ${role}`,
    signOut: 'Sign out',
    signOutFailed: (why: string) => `Still signed in: ${why}.`,
  },

  signIn: {
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
  },

  levels: LEVEL_WORDS,

  policyStates: STATE_WORDS,

  policyMeanings: STATE_MEANINGS,

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

  verdict: {
    eyebrow: 'Overview',
    ...VERDICT_WORDS,
    lastKnown: (word: string) => `Last known: ${word}`,
    unreadable: (fault: string) => `There is no verdict, because a part of it cannot be read. ${fault}`,
    unreadableByItself: 'The agent and the watchdog go on. The console reads the answer again every second.',
    oddStep:
      'Load this page again, and check that console and agent are of the same version: holdfast --version.',
    consoleTries: (when: string) => `The console asks again: ${when}. The watchdog works without it.`,
    failedWorks: 'Nothing is known about the target until the agent answers. The target itself may be fine.',
    failedStep:
      'Start the agent: npm start in a checkout, systemctl start holdfast-agent where it is installed.',
    droppedTitle: 'A part of the health answer cannot be read and is taken as missing.',
  },

  figures: {
    heading: (length: string) => `Last ${length}`,
    watchedSince: (time: string) => `watched since ${time}`,
    how: (title: string) => `How is “${title}” computed?`,
    rounding: (places: number) =>
      places === 0 ? 'A whole number.' : `Rounded to ${places} decimal places, once, at the end.`,
    inputs: (inputs: string) => `From ${inputs}.`,
    loading: 'Loading',
    requests: 'requests',
    budgetBurn: 'budget burns',
    ofPool: (out: number, capacity: number) => `${out} of ${capacity}`,
    aboveWarning: (pct: string) => `at or above ${pct} % for`,
    degraded: 'degraded',
    noTraffic: 'No requests seen yet',
    noTrafficHelp: 'Start gunicorn with',
    noTrafficArgument: (address: string) => `--statsd-host ${address}`,
    noStream: 'The agent sends no samples of this kind',
    breakerOpen: 'breaker open',
    breakerUnknown: (why: string) => `breaker unknown: ${why}`,
    malformed: (fault: string) => `Cannot be read: ${fault}`,
  },

  gaps: {
    before_agent_start: 'the agent had not started',
    not_seen_yet: 'the agent has not looked yet',
    overwritten: 'the agent holds it no longer',
    not_recorded: 'nothing was recorded',
    archive_unreadable: 'the file with the samples cannot be read',
    too_much_at_once: 'more samples than can be read at once',
    target_timeout: 'the target did not answer in time',
    target_refused: 'the target refused the connection',
    target_reset: 'the target broke the connection',
    target_malformed: 'the target’s answer cannot be read',
    target_http_5xx: 'the target answered with an error',
    no_payload: 'the target’s answer is a plain status',
    block_missing: 'the health answer does not tell it',
    block_malformed: 'the health answer tells it in a form that cannot be read',
    metrics_status: 'the target’s metrics are not given out',
    metrics_malformed: 'the target’s metrics cannot be read',
    metric_missing: 'the target’s metrics do not hold it',
    metric_malformed: 'the target’s metric makes no sense',
    no_master: 'there is no gunicorn master',
    no_worker: 'there is no worker',
    process_table_unreadable: 'the process table cannot be read',
    history_unreadable: 'the restart history cannot be read',
    several: 'several reasons',
  } satisfies Record<GapReason, string>,

  chart: {
    label: (title: string, low: string, high: string, gaps: number) =>
      `${title} over the window: between ${low} and ${high}${gaps === 0 ? '' : `, ${gaps} of its stretches without data`}`,
    empty: (title: string) => `${title} over the window: no data`,
    probes: (ok: number, degraded: number, failed: number, none: number) =>
      `Probes over the window: ${ok} stretches good, ${degraded} degraded, ${failed} failed, ${none} without data`,
  },

  policy: {
    heading: 'Self-healing',
    attempts: 'Attempts used',
    cooldown: 'Cooldown',
    cooldownLeft: (left: string) => `${left} left`,
    cooldownNone: 'none',
    churn: 'Churn',
    churnMeaning: '· restarts of any cause',
    unwatched: 'Watchdog not running',
    unwatchedMeaning: (state: string) =>
      `Nothing restarts by itself without the watchdog. The policy alone says: ${state}.`,
    of: (used: number, total: number) => `${used} of ${total}`,
    inWindow: (window: string) => `in ${window}`,
    malformed: (fault: string) => `The policy state cannot be read: ${fault}`,
    missing: 'This backend tells nothing of its restart policy.',
    churnMissing: 'This backend does not count its restarts.',
  },

  connection: {
    heading: 'What is read, and how old it is',
    health: 'Health',
    status: 'System status',
    samples: 'Raw samples',
    loading: 'reading',
    live: 'live',
    stale: 'stale',
    failed: 'no answer',
    changes: 'Changes',
    told: 'told by the agent as they happen',
    asked: 'asked for again and again',
    watchdog: 'Watchdog',
    watchdogRunning: 'running',
    watchdogStopped: 'not running',
    watchdogUnknown: 'unknown',
    dropped: 'Datagrams dropped by the intake',
    droppedByKernel: 'Datagrams dropped by the kernel, unread',
  },

  demonstration: {
    heading: 'Demonstration, not production.',
    nextPhase: (wait: string) => `Next phase in ${wait}.`,
    nextPhaseNow: 'The next phase begins.',
    stays: 'This phase stays.',
  },

  target: {
    unknown: 'Target',
    workers: (count: number) => (count === 1 ? '1 worker' : `${count} workers`),
  },

  worker: {
    replaced: 'The part of this page that computes the figures stopped and was started again.',
    gone: 'The part of this page that computes the figures stopped twice. Load the page again to get them back.',
  },

  incomplete: {
    title: 'A part of the console could not be loaded.',
    detail: 'Load this page again; the agent may have been upgraded.',
  },

  notFound: {
    title: 'Nothing at this address',
    detail: 'The address may be mistyped, or come from another version.',
    back: 'Go to the overview',
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

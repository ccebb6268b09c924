/**
 * What is said where somebody acts on the policy: beside the console's controls and on the classic page alike (SH4), so that
 * both say the same of one thing.
 */

/** The guard. */
export const RELEASE_WORDS = {
  heading: 'Guard',
  latched: (when: string) => `Latched since ${when}.`,
  latchedUntimed: 'Latched.',
  open: 'Open: there is nothing to release.',
  spent: 'Not latched, but the budget is spent: a release lets restarts before it count no longer.',
  meaning:
    'A release is for good: restarts before it no longer count towards budget and churn. The cooldown runs on.',
  unreadable: 'The history cannot be read. A release begins a new one, and keeps the old file aside.',
  button: 'Release the guard',
} as const

/** Maintenance. */
export const PAUSE_WORDS = {
  heading: 'Automatic restarts',
  on: 'On, as far as the policy allows.',
  paused: (by: string, when: string) => `Paused by ${by} since ${when}.`,
  pausedReason: (reason: string) => `Reason given: ${reason}`,
  meaning: 'While paused nothing restarts by itself. A person still may.',
  length: 'For',
  lengths: { quarter: '15 min', hour: '1 h', four: '4 h', open: 'until resumed' },
  button: 'Pause automatic restarts',
  resume: 'Resume automatic restarts',
  resumeReason: 'Reason (may be left out)',
} as const

/** A restart without an override, before it is asked for. */
export const PLAIN_WORDS = {
  heading: 'What will happen',
  allowed: 'A restart would go ahead now.',
  blocked: 'A restart would be refused now.',
  first: 'First the watchdog proves whose process it is, and that the application still loads.',
  until: (left: string, time: string) => `Refused for ${left} more, until ${time}.`,
  untilSoon: 'The wait is over any moment.',
  openEnd: 'It does not end by waiting alone.',
  left: (left: number, budget: number) => `${left} of ${budget}`,
  leftAfter: (after: number) => (after <= 0 ? 'none after this one' : `${after} after this one`),
  lastOne: 'It is the last one: after it the next needs an override, or a release of the guard.',
  notAdvised: (count: number) =>
    count === 1
      ? 'The last restart did not help. Look for the cause before the next.'
      : `The last ${count} restarts did not help: another one is not advised.`,
  serviceCost: 'Nobody answers while the service restarts.',
  possibleIn: (left: string) => `Possible in ${left}.`,
  notPlain: 'Not without an override, or a release of the guard.',
  notNow: 'Not now.',
} as const

/** An override, before it is asked for. */
export const OVERRIDE_WORDS = {
  open: 'Override…',
  heading: 'Override',
  close: 'Close without overriding',
  intro: 'An override passes this once, counts as an attempt, and is audited with its reason.',
  costs: {
    manual_override_required:
      'The guard stays latched. The service was restarted too often already; each restart drops what its workers had begun and could not finish.',
    cooldown_override_required:
      'The workers that came a moment ago are replaced again, before anybody can tell whether they help.',
    contract_drift:
      'The service starts from what differs from the runtime contract. Its own check may refuse that, and then it stays down until the drift is mended.',
    preflight:
      'The application does not load, as the preflight saw it: new workers may die at once, and the service may stay down.',
  } as Readonly<Record<string, string>>,
  reason: 'Why now',
  reasonHelp: 'Kept in the audit, beside your name.',
  typeName: (name: string) => `Type ${name} to confirm`,
  passPreflight: 'Pass the preflight too',
  missing: {
    reason: 'A reason is missing.',
    name: (name: string) => `The name ${name} is not typed yet.`,
  },
} as const

/** Which rung. */
export const LADDER_WORDS = {
  heading: 'How',
  legend: 'Weakest first. The machine itself only ever takes the first.',
  effect: 'Does',
  doesNot: 'Does not',
  guard: 'Guard',
  notOffered: (because: string) => `Not offered: ${because}.`,
  offered: (because: string) => `Offered: ${because}.`,
  weakest: 'Always offered first.',
} as const

/** Why nobody can act now. */
export const BARRED_WORDS = {
  role: (role: string) => `A ${role} may look. An operator may act.`,
  watchdog: 'The watchdog does not run: nobody would carry it out.',
  unreadable:
    'The restart history cannot be read, and without it not even an override passes. A release of the guard, on the watchdog’s page, begins a new one.',
} as const

export const REASON_MISSING = 'A reason is needed, in words: it is kept in the audit.'

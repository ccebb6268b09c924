/**
 * The Recover drawer's part of the catalogue (messages.ts): it comes with the drawer's own files, so that the first
 * paint of the overview does not wait for it.
 */
import type { PolicyState } from '#domain/schemas/health.ts'
import type { Rung } from '#domain/journal/events.ts'

const en = {
  now: 'now',
  none: 'none',
  unknown: 'not known',
  utc: (time: string) => `${time} UTC`,
  ago: (age: string) => `${age} ago`,
  staleTitle: 'Not live.',
  failedTitle: (title: string) => `${title}.`,
  forbiddenTitle: 'Not for this role.',
  failedHelp: (detail: string, retry: string) =>
    `${detail} Nothing is shown until it is read: ${retry}. The watchdog works without the console.`,

  watchdog: {
    title: 'Watchdog',
    loading: 'Reading the policy',
    machine: 'States of the policy',
    nextStep: 'Next safe step',
    alive: {
      running: 'The watchdog runs',
      stopped: 'The watchdog does not run',
      problem: 'The watchdog runs, but cannot work',
      seen: (age: string) => `last sign of life ${age} ago`,
      never: 'no sign of life yet',
      stoppedDetail: 'Nothing restarts by itself, and nobody carries out what is asked for here.',
      stoppedMend: 'On the host: systemctl start holdfast-watchdog, or npm start in a checkout.',
    },
    ends: {
      allowed: 'A trigger that lasts, or a person, begins a restart.',
      restarting: 'Ends when new workers answer healthy, or have had their time.',
      cooldown: 'Ends by itself, after the wait.',
      circuit_gated: 'Ends when the breaker closes and the database answers.',
      guarded: 'Ends when an operator releases the guard.',
      paused: 'Ends when an operator resumes, or at its time.',
    } satisfies Record<PolicyState, string>,
    cooldownLeft: (left: string) => `Ends by itself, in ${left}.`,
    cooldownAlmost: 'Ends by itself, any moment.',
    budgetSpent: 'Ends when the oldest attempt is out of the window, or by a person.',
    pausedUntil: (time: string) => `Ends at ${time}, or when an operator resumes.`,
    pausedOpen: 'Ends when an operator resumes.',
    arrows: {
      begin: 'trigger or request',
      outcome: 'verified or not',
      wait: 'the wait is over',
      gate: 'breaker opens, closes',
      latch: (threshold: number) => `${threshold} restarts`,
      pause: 'from any state',
    },
    budget: {
      heading: 'Restart budget',
      left: (left: number, budget: number) =>
        left === 1 ? `1 attempt of ${budget} left` : `${left} attempts of ${budget} left`,
      used: (used: number, window: string) => `${used} used in the last ${window}`,
      next: { last: 'The next one is the last; after it a person is needed.', none: 'A person is needed.' },
      unhelpful: (count: number) =>
        count === 1
          ? 'The last restart did not help.'
          : `The last ${count} restarts did not help: another one is not advised.`,
    },
    cooldown: {
      heading: 'Cooldown',
      none: 'none',
      noneDetail: 'Nothing has to be waited for.',
      left: (left: string) => `${left} left`,
      until: (time: string) => `until ${time}, by the agent’s clock`,
      bar: (pct: number) => `${pct} % of the cooldown has passed`,
    },
    churn: {
      heading: (window: string) => `Restarts of any cause, last ${window}`,
      count: (count: number, threshold: number) => `${count} of ${threshold}`,
      chart: (marks: number, counted: number, threshold: number) =>
        `Restarts in the window on a time axis: ${marks} seen, ${counted} of them counted; ${threshold} latch the guard. The history below lists them.`,
      threshold: (threshold: number) => `guard latches at ${threshold}`,
      empty: (window: string) => `No restarts in ${window}: this is good.`,
      attempt: 'by Holdfast',
      external: 'not by Holdfast',
      released: 'before the release, not counted',
      from: (window: string) => `${window} ago`,
      leaves: (wait: string) => `The oldest one that counts leaves the window in ${wait}.`,
    },
    history: {
      heading: 'Restart history',
      empty: 'No restart, and no request for one, is on record.',
      columns: { when: 'When', what: 'What', by: 'By', outcome: 'Outcome', took: 'Took' },
      all: (count: number) => `Show all ${count}`,
      kinds: {
        attempt: 'Restart',
        override: 'Override',
        external: 'Not by Holdfast',
        refused: 'Request',
        unsent: 'Request',
        imported: 'Restart, imported',
      },
      by: { auto: 'watchdog', unknown: 'unknown', external: 'outside' },
      outcomes: {
        running: 'under way',
        helped: 'verified, it helped',
        unhelpful: 'verified, it did not help',
        verified: 'verified',
        failed: 'not verified',
        refused: 'refused',
        unsent: 'not signalled',
        external: 'seen',
      },
      reason: (reason: string) => `Reason given: ${reason}`,
    },
  },

  /** What came of a request, by its code. */
  reasons: {
    signal_sighup: 'reloaded',
    workers_rolled: 'replaced one by one',
    service_restarted: 'service restarted',
    restart_timeout: 'not verified in time',
    worker_boot_loop: 'new workers end as soon as they start',
    preflight_failed: 'the preflight failed: the application does not load',
    preflight_unavailable: 'the preflight could not be run',
    pid_identity_mismatch: 'the process is not the target’s master',
    signal_failed: 'the signal could not be sent',
    request_expired: 'nobody took it up in time',
    request_replaced: 'another flag took its place',
    request_pending: 'another request was waiting',
    state_unreadable: 'the history could not be read',
  } as Readonly<Record<string, string>>,

  words: {
    heading: 'What an operator may do',
    reason: 'Reason',
    reasonMissing: 'A reason is needed, in words: it is kept in the audit.',
    sending: 'Sending',
    recorded: (by: string) => `Recorded, by ${by}. It shows above within seconds.`,
    failed: (title: string, detail: string) => `Not recorded. ${title}: ${detail}`,
    unanswered: (title: string) =>
      `${title}: whether it was recorded is not known. Asking again is safe: it counts once.`,
    release: {
      heading: 'Guard',
      latched: (when: string) => `Latched since ${when}.`,
      latchedUntimed: 'Latched.',
      open: 'Open: there is nothing to release.',
      spent: 'Not latched, but the budget is spent: a release lets restarts before it count no longer.',
      meaning:
        'A release is for good: restarts before it no longer count towards budget and churn. The cooldown runs on.',
      unreadable: 'The history cannot be read. A release begins a new one, and keeps the old file aside.',
      button: 'Release the guard',
    },
    pause: {
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
    },
  },

  barred: {
    loading: 'Waiting for the first answer of the agent.',
    stale: (age: string) => `What is shown is ${age} old. It can be asked for when the agent answers again.`,
    role: (role: string) => `A ${role} may look. An operator may act.`,
    watchdog: 'The watchdog does not run: nobody would carry it out.',
    unreadable:
      'The restart history cannot be read, and without it not even an override passes. A release of the guard, on the watchdog’s page, begins a new one.',
    sending: 'The request is on its way.',
    underWay: 'The request is under way.',
    reading: 'Reading what has changed.',
  },

  restart: {
    title: 'Restart control',
    loading: 'Reading what a restart would do',
    buttons: {
      reload: (workers: string) => `Reload ${workers}`,
      roll: (workers: string) => `Replace ${workers} one by one`,
      service: () => 'Restart the service',
    } satisfies Record<Rung, (workers: string) => string>,
    overrides: {
      reload: (workers: string) => `Override and reload ${workers}`,
      roll: (workers: string) => `Override and replace ${workers}`,
      service: () => 'Override and restart the service',
    } satisfies Record<Rung, (workers: string) => string>,
    workers: (count: number | null) => {
      if (count === null) return 'the workers'
      return count === 1 ? '1 worker' : `${count} workers`
    },
    plain: {
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
    },
    facts: {
      left: 'Attempts left',
      last: 'Last restart',
      lastNone: 'none on record',
      lastText: (age: string, by: string) => `${age} ago, by ${by}`,
      helped: 'Did it help?',
      helpedYes: 'yes',
      helpedNo: 'no',
      helpedUnknown: 'not judged',
      helpedRunning: 'under way',
      helpedNothing: 'nothing to judge yet',
      churn: 'Restarts of any cause',
    },
    ladder: {
      heading: 'How',
      legend: 'Weakest first. The machine itself only ever takes the first.',
      effect: 'Does',
      doesNot: 'Does not',
      guard: 'Guard',
      notOffered: (because: string) => `Not offered: ${because}.`,
      offered: (because: string) => `Offered: ${because}.`,
      weakest: 'Always offered first.',
      serviceUnknown: 'Whether systemd lets it is asked when it is begun.',
    },
    override: {
      open: 'Override…',
      heading: 'Override',
      close: 'Close without overriding',
      intro: 'An override passes this once, counts as an attempt, and is audited with its reason.',
      costs: {
        manual_override_required:
          'The guard stays latched. The service was restarted too often already; each restart drops what its workers had begun and could not finish.',
        cooldown_override_required:
          'The workers that came a moment ago are replaced again, before anybody can tell whether they help.',
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
    },
    preflight: {
      title: 'The preflight refused the last request.',
      detail:
        'The application or its configuration does not load, so new workers would not either. The same request will end the same way until that is mended.',
    },
    asked: {
      changedTitle: 'What you saw has changed; nothing was asked for.',
      changed: (changes: string) => `${changes}. Look again, and decide anew.`,
      refusedTitle: 'Refused.',
      refused: (detail: string) => `${detail} Nothing was signalled.`,
      failedTitle: (title: string) => `${title}. Nothing was asked for.`,
      unansweredTitle: (title: string) => `${title}.`,
      unanswered:
        'Whether the request was recorded is not known. Asking again sends the same request: it is one restart, however often it is sent.',
      again: 'Ask what became of it',
      retryIn: (wait: string) => `Worth asking again in ${wait}.`,
    },
    progress: {
      heading: 'Under way',
      ended: { verified: 'Verified', failed: 'Not verified', refused: 'Refused', silent: 'No outcome' },
      steps: {
        requested: 'Requested',
        signalled: 'Signalled',
        replaced: 'Workers replaced',
        healthy: 'Healthy',
      },
      states: { done: 'done', now: 'under way', next: 'to come', failed: 'failed', skipped: 'not reached' },
      waiting: 'The watchdog takes it up, proves the process and that the application loads.',
      signalled: 'New workers start, the old ones finish what they have.',
      verified: (took: string) => `Recovery verified ${took} after the request.`,
      helped: 'It helped.',
      unhelpful: 'It did not help: nothing is better than before.',
      notJudged: 'Whether it helped was not judged: nothing was wrong before, or nobody could tell.',
      failed: (why: string) => `It could not be verified: ${why}.`,
      unsent: (why: string) => `Nothing was signalled: ${why}.`,
      refused: (why: string) => `The watchdog refused it. ${why}`,
      silent: (since: string) =>
        `No outcome after ${since}. The watchdog’s page and the audit say what became of it.`,
      elapsed: (time: string) => `${time} since the request`,
      after: (time: string) => `after ${time}`,
      close: 'Done',
      request: (id: string) => `Request ${id}`,
    },
  },
}

export type RecoverMessages = typeof en
export const recoverMessages: RecoverMessages = en

/**
 * The Recover drawer's part of the catalogue (messages.ts): it comes with the drawer's own files, so that the first
 * paint of the overview does not wait for it.
 */
import type { PolicyState } from '#domain/schemas/health.ts'
import type { Rung } from '#domain/journal/events.ts'
import {
  BARRED_WORDS,
  LADDER_WORDS,
  OVERRIDE_WORDS,
  PAUSE_WORDS,
  PLAIN_WORDS,
  REASON_MISSING,
  RELEASE_WORDS,
} from '#domain/policy/act-words.ts'

const en = {
  now: 'now',
  none: 'none',
  unknown: 'not known',
  utc: (time: string) => `${time} UTC`,
  ago: (age: string) => `${age} ago`,

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
      by: { auto: 'watchdog', unknown: 'unknown', external: 'outside' },
      reason: (reason: string) => `Reason given: ${reason}`,
    },
  },

  words: {
    heading: 'What an operator may do',
    reason: 'Reason',
    reasonMissing: REASON_MISSING,
    sending: 'Sending',
    recorded: (by: string) => `Recorded, by ${by}. It shows above within seconds.`,
    failed: (title: string, detail: string) => `Not recorded. ${title}: ${detail}`,
    unanswered: (title: string, reason: string) =>
      `${title}: whether it was recorded is not known. Asking again sends the same${reason === '' ? '' : `, with the reason “${reason}”`}: it counts once.`,
    release: RELEASE_WORDS,
    pause: PAUSE_WORDS,
  },

  barred: {
    loading: 'Waiting for the first answer of the agent.',
    stale: (age: string) => `What is shown is ${age} old. It can be asked for when the agent answers again.`,
    ...BARRED_WORDS,
    sending: 'The request is on its way.',
    underWay: 'The request is under way.',
    reading: 'Reading what has changed.',
  },

  audit: {
    title: 'Audit',
    intro: 'Everything that was decided, asked and done, newest first.',
    filter: {
      heading: 'Filter',
      actor: 'Who',
      actorHelp: 'The whole name, as user:ops',
      action: 'What',
      decision: 'Decision',
      text: 'Text',
      textHelp: 'Anywhere in a row',
      request: 'Request',
      requestHelp: 'Its beginning is enough',
      from: 'From',
      to: 'To',
      /** Where clocks are set back. */
      twice: {
        from: 'That time comes twice on that day; from its first time on.',
        to: 'That time comes twice on that day; up to its second time.',
      },
      any: 'any',
      apply: 'Filter',
      clear: 'Clear',
    },
    decisions: {
      allowed: 'allowed',
      manual_override: 'override',
      blocked: 'refused',
      executed: 'executed',
      failed: 'failed',
      external: 'by others',
      rejected: 'rejected',
    },
    rows: {
      heading: 'Trail',
      loading: 'Reading the trail',
      asOf: (time: string) => `as of ${time}`,
      again: 'Read again',
      older: 'Show older rows',
      reading: 'Reading',
      end: 'These are all.',
      empty: 'Nothing is on record yet.',
      emptyFiltered: 'No row fits the filter. There may be rows that do not.',
      failed: (title: string) => `${title}.`,
      failedHelp: (detail: string) => `${detail} The rows below are as they were read before.`,
      count: (count: number) => (count === 1 ? '1 row' : `${count} rows`),
      columns: { when: 'When', who: 'Who', what: 'What', decision: 'Decision', why: 'Why' },
      more: (what: string, when: string) => `Details of “${what}” at ${when}`,
    },
    details: {
      source: 'Source',
      ip: 'Address',
      request: 'Request',
      override: 'Override reason',
      detail: 'Detail',
      states: 'Policy state',
      change: (before: string, after: string) => (before === after ? after : `${before} → ${after}`),
      thresholds: 'Thresholds',
      claimed: 'Claimed by the flag',
      contract: 'Contract',
      place: 'Row',
      placeText: (journal: string, seq: number) => `${seq} of the journal of the ${journal}`,
      hash: 'Hash',
    },
    exports: {
      heading: 'Export',
      detail: 'All rows that fit the filter, whole.',
      csv: 'CSV',
      jsonl: 'JSON lines, with what verifies the chain',
    },
    verify: {
      heading: 'Verify',
      detail: 'Whether the rows are as they were written, each chained to the one before.',
      button: 'Verify the chains',
      busy: 'Verifying',
      ok: 'The chains hold.',
      broken: 'A chain does not hold.',
      at: (time: string) => `Checked at ${time}.`,
      journal: (journal: string, rows: number) => `Journal of the ${journal}: ${rows} rows`,
      pruned: (rows: number, at: string) => `${rows} older ones removed by retention at ${at}`,
      fault: (seq: number | null, detail: string) => (seq === null ? detail : `row ${seq}: ${detail}`),
      cannotFind: 'What this check cannot find:',
      failed: (title: string, detail: string) => `Not verified. ${title}: ${detail}`,
    },
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
    plain: PLAIN_WORDS,
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
    ladder: LADDER_WORDS,
    override: OVERRIDE_WORDS,
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
      replaced: (gone: number, all: number) => `${gone} of ${all}`,
      close: 'Done',
      request: (id: string) => `Request ${id}`,
    },
  },
}

export type RecoverMessages = typeof en
export const recoverMessages: RecoverMessages = en

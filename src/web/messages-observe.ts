/**
 * The part of the catalogue (messages.ts) for what is observed and judged: verdict, figures, policy. It comes with the first page
 * that shows any of it, not with the frame around the pages.
 */
import { VERDICT_WORDS } from '#domain/health/verdict-words.ts'
import { STATE_MEANINGS, STATE_WORDS } from '#domain/policy/state-words.ts'
import type { GapReason } from '#domain/schemas/raw-v1.ts'

const en = {
  policyStates: STATE_WORDS,

  policyMeanings: STATE_MEANINGS,

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

  demonstration: {
    heading: 'Demonstration, not production.',
    nextPhase: (wait: string) => `Next phase in ${wait}.`,
    nextPhaseNow: 'The next phase begins.',
    stays: 'This phase stays.',
  },

  worker: {
    replaced: 'The part of this page that computes the figures stopped and was started again.',
    gone: 'The part of this page that computes the figures stopped twice. Load the page again to get them back.',
  },
}

/** Other languages must have each of these sentences. */
export type ObserveMessages = typeof en

export const observeMessages: ObserveMessages = en

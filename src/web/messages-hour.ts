/** The part of the catalogue (messages.ts) for the last hour on the overview: it comes with that part's own file. */
import type { ProbeMark } from '#domain/metrics/series.ts'
import type { CircuitState } from '#domain/schemas/health.ts'

const en = {
  timeline: {
    heading: 'Last hour',
    loading: 'Reading the last hour',
    span: (from: string, to: string) => `${from} to ${to}`,
    lanes: { pool: 'Pool', probe: 'Probe', breaker: 'Breaker', events: 'Events' },
    moment: 'Moment of the last hour that is read',
    reading: (time: string, parts: readonly string[]) => `${time}: ${parts.join(', ')}`,
    newest: (time: string) => `${time}, the newest`,
    pool: (saturation: string) => `pool ${saturation}`,
    poolUnknown: 'pool unknown',
    probe: {
      ok: 'probes good',
      degraded: 'target degraded',
      failed: 'probe failed',
    } satisfies Record<ProbeMark, string>,
    probeUnknown: 'no probe',
    breaker: {
      CLOSED: 'breaker closed',
      HALF_OPEN: 'breaker half-open',
      OPEN: 'breaker open',
    } satisfies Record<CircuitState, string>,
    breakerUnknown: 'breaker unknown',
    breakerLane: (counts: string) => `Breaker over the last hour: ${counts}`,
    stretches: (state: string, count: number) => `${state} in ${count} stretches`,
    eventsLane: (count: number) =>
      count === 0 ? 'Events of the last hour: none' : `Events of the last hour: ${count}, each listed beside`,
    restart: 'restart attempted',
    warning: (pct: string) => `${pct} %`,
    asTable: 'Show as table',
    table: 'The last hour, as a table',
    columns: { pool: 'Pool saturation', probe: 'Probe', breaker: 'Breaker', events: 'Events' },
    gap: (what: string, from: string, to: string, why: string) => `${what} from ${from} to ${to}: ${why}.`,
    gapToNow: (what: string, from: string, why: string) => `${what} since ${from}: ${why}.`,
    noSamples: 'No samples',
    noneOf: (lanes: string) => `No samples of ${lanes}`,
    streams: { pool: 'pool', probe: 'probe', breaker: 'breaker', restarts: 'restarts' },
    moreGaps: (count: number) => (count === 1 ? 'And one more gap.' : `And ${count} more gaps.`),
    legend: { restart: 'restart', breaker: 'breaker changes', change: 'other change' },
  },

  changes: {
    heading: 'What changed',
    loading: 'Reading what changed',
    empty: 'Nothing has changed in the last hour, as far as it was watched.',
    probe: {
      ok: 'Target answers well again',
      degraded: 'Target calls itself degraded',
      failed: 'Target does not answer probes',
    } satisfies Record<ProbeMark, string>,
    pool: {
      full: (pct: string) => `Pool at ${pct} % or more`,
      free: (pct: string) => `Pool below ${pct} % again`,
    },
    breaker: {
      CLOSED: 'Breaker closed',
      HALF_OPEN: 'Breaker half-open',
      OPEN: 'Breaker opened',
    } satisfies Record<CircuitState, string>,
    afterGap: 'seen after a gap',
    failed: 'without success',
    by: (actor: string) => `by ${actor}`,
    more: (count: number) => (count === 1 ? 'Show one more' : `Show ${count} more`),
    fewer: 'Show fewer',
    coarse: 'Pool and probes are told to the half minute.',
    cut: 'Earlier rows of this hour are in the audit.',
    audit: 'All rows of the audit',
    noSamples: 'Changes of pool, probes and breaker are not in it: the samples are not read.',
    noAudit: (retry: string) =>
      `What people and the watchdog did is not in it, until the audit is read: ${retry}.`,
  },
} as const

export const hourMessages = en

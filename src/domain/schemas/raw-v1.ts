/**
 * `holdfast.raw/1`: raw samples in columns, the form in which the agent serves them to the console and in which they
 * are exported (IN3). Which columns there are and what may stand in them is said in `raw-columns.ts`.
 */
import type { ProbeOutcome } from '../health/probe-outcome.ts'
import type { EpochMs } from '../time.ts'
import type { RawLists, RawSection } from './raw-columns.ts'

/** Each section, as it is asked for. */
export const RAW_STREAMS = [
  'requests',
  'pool',
  'breaker',
  'cache',
  'process',
  'probe',
  'restarts',
] as const satisfies readonly RawSection[]
export type RawStream = RawSection

/** The name by which a page is asked for as a binary frame (docs/adr/0015-binary-raw-frame.md). */
export const RAW_FRAME_TYPE = 'application/vnd.holdfast.raw-frame'

/** Why the agent has no samples of a stream (docs/adr/0016): words of a silence are the probe's own. */
export type GapReason =
  | 'before_agent_start'
  | 'not_seen_yet'
  | 'overwritten'
  | 'not_recorded'
  | 'archive_unreadable'
  | 'too_much_at_once'
  | `target_${Extract<ProbeOutcome, { kind: 'failed' }>['reason']}`
  | 'no_payload'
  | 'block_missing'
  | 'block_malformed'
  | 'metrics_status'
  | 'metrics_malformed'
  | 'metric_missing'
  | 'metric_malformed'
  | 'no_master'
  | 'no_worker'
  | 'process_table_unreadable'
  | 'history_unreadable'
  /** Of too many gaps, those of different reasons that became one. */
  | 'several'

export interface RawGap {
  stream: string
  from: EpochMs
  to: EpochMs
  /** A `GapReason`, as far as this release knows it. */
  reason?: string | undefined
}

/**
 * What a page says beside its samples, the same in each of its forms. `cursor` names the place after the last sample
 * of each stream; a page after it brings what is new, gaps too (of restarts always all, docs/adr/0016). `complete` is
 * false when a cursor could not be honoured (agent restarted, samples overwritten): the caller must drop what it holds,
 * and `gaps` says what is missing.
 */
export interface RawPageHead {
  format: 'holdfast.raw/1'
  window: { from: EpochMs; to: EpochMs }
  gaps: RawGap[]
  cursor: string
  complete: boolean
  now: EpochMs
}

/** What `GET /admin/api/raw/{streams}` answers as JSON. */
export type RawPage = RawPageHead & { [Stream in RawStream]?: RawLists<Stream> }

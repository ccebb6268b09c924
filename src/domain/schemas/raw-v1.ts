/**
 * `holdfast.raw/1`: raw samples in columns, the form in which the agent serves them to the console and in which they
 * are exported (IN3). Which columns there are and what may stand in them is said in `raw-columns.ts`.
 */
import type { EpochMs } from '../time.ts'
import type { RawLists } from './raw-columns.ts'

export const RAW_STREAMS = ['requests', 'pool', 'probe'] as const
export type RawStream = (typeof RAW_STREAMS)[number]

/** The name by which a page is asked for as a binary frame (docs/adr/0015-binary-raw-frame.md). */
export const RAW_FRAME_TYPE = 'application/vnd.holdfast.raw-frame'

export interface RawGap {
  stream: string
  from: EpochMs
  to: EpochMs
  reason?: string | undefined
}

/**
 * What a page says beside its samples, the same in each of its forms. `cursor` names the place after the last sample
 * of each stream. `complete` is false when a cursor could not be honoured (agent restarted, samples overwritten): the
 * caller must drop what it holds, and `gaps` says what is missing.
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

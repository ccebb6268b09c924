import type { EpochMs } from '#domain/time.ts'

/** A flag taken off the directory: nobody else can take it again. */
export interface ClaimedFlag {
  /** Name of the claim, which survives a crash between claim and outcome. */
  readonly claim: string
  readonly content: Uint8Array
  readonly ownerUid: number
  readonly writtenAt: EpochMs
  /** It was claimed by a process before this one, or before the journal was opened anew. */
  readonly isLeftover: boolean
}

/** `unseen`: others that came before it under the same name and were gone before anybody saw them, as far as known. */
export type Claim =
  | { readonly kind: 'none' }
  | { readonly kind: 'flag'; readonly flag: ClaimedFlag; readonly unseen: number }
  /** Was no acceptable flag, and is in `rejected/` now. */
  | {
      readonly kind: 'rejected'
      readonly reason: string
      readonly file: string
      readonly ownerUid: number | null
      readonly unseen: number
    }

export interface FlagDirectory {
  /** A claim without outcome from before a crash comes first, then the flag. */
  claim(): Promise<Claim>
  /**
   * What was claimed and not settled comes first again: whoever worked on it remembers it no more, as after a
   * failure of the journal.
   */
  recall(): void
  /** The claim is settled: its file is removed. */
  settle(claim: string): Promise<void>
  /** The claim has the form of a flag, but its content says nothing: its file goes to `rejected/`. Returns where. */
  reject(claim: string): Promise<string>
  /** Calls back soon after something changed; polling stands behind it, so a lost wake-up costs time only. */
  watch(wake: () => void): { close(): void }
}

/** What writers need: publishing fails while another flag stands (WD7). */
export interface FlagPublisher {
  publish(content: string): Promise<'published' | 'pending'>
  /** The request that the standing flag names; '' where it names none; null: no flag stands. */
  standing(): Promise<string | null>
}

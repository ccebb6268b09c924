import type { ProvedRequest } from '#domain/local-proof.ts'
import type { DurationMs } from '#domain/time.ts'

export type ProofReading =
  | { readonly kind: 'proved'; readonly uid: number }
  | { readonly kind: 'refused'; readonly why: string }

/** Proves which account of this host asks. */
export interface PeerProofs {
  /** How long a challenge may be answered. */
  readonly lifeMs: DurationMs
  issue(): Promise<string>
  /** A challenge is used up by being answered, rightly or not. */
  read(challenge: string, request: ProvedRequest): Promise<ProofReading>
}

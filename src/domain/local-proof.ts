/**
 * How somebody on this host proves to the agent, over its Unix socket, which account asks (SE7, ADR 0010). The
 * agent gives a challenge; whoever asks leaves a file of that name with this text; the agent reads who owns it.
 *
 * The text binds the proof to one request. A process that stands in between can pass it on, and gains nothing:
 * it is good for exactly what its author asked, once.
 */
import { canonicalText, type Hash } from './journal/chain.ts'

/** In the runtime directory, both. */
export const AGENT_SOCKET_FILE = 'agent.sock'
export const PROOFS_DIRECTORY = 'local-proofs'

/** Names the challenge that a request answers. */
export const PROOF_HEADER = 'holdfast-proof'

/** What it takes to name a file without leaving the directory. */
export const CHALLENGE_FORM = /^[0-9a-f]{64}$/

export interface ProvedRequest {
  readonly method: string
  readonly path: string
  readonly idempotencyKey: string | null
  readonly ifMatch: string | null
  /** As JSON has it. */
  readonly body: unknown
}

export function proofText(challenge: string, request: ProvedRequest, hash: Hash): string {
  const { method, path, idempotencyKey, ifMatch, body } = request
  const asked = canonicalText({ method, path, idempotency_key: idempotencyKey, if_match: ifMatch, body })
  return `holdfast-proof/1 ${challenge} ${hash(asked)}\n`
}

/**
 * What the journals say of the requests, each by its id. Open and settled ones apart: there are few of the former, and
 * what is said while somebody waits for a signal concerns them alone.
 */
import type { EventTime, RestartAsk } from './events.ts'

export interface Requests {
  readonly open: ReadonlyMap<string, KnownRequest>
  /** In the order in which they came to their end. */
  readonly settled: ReadonlyMap<string, KnownRequest>
}

export interface KnownRequest {
  readonly requestId: string
  /** As an authenticated person had it recorded; null: only a flag told of it. */
  readonly recorded: RestartAsk | null
  readonly claimed: RestartAsk | null
  readonly at: EventTime
  /** The first one that was written; a request has one outcome and never another (WD9). */
  readonly outcome: RequestOutcome | null
  /** An intent was written for it, however that ended: it is not begun again (WD9). */
  readonly attempted: boolean
}

export interface RequestOutcome {
  readonly kind: 'refused' | 'done' | 'failed' | 'ended'
  readonly reason: string
  readonly at: EventTime
}

export const NO_REQUESTS: Requests = { open: new Map(), settled: new Map() }

/** An open one must not vanish (WD9): only these are forgotten, oldest first. */
const SETTLED_LIMIT = 500

export function knownRequest({ open, settled }: Requests, requestId: string): KnownRequest | null {
  return open.get(requestId) ?? settled.get(requestId) ?? null
}

export type RequestChange = Partial<Pick<KnownRequest, 'recorded' | 'claimed' | 'outcome' | 'attempted'>>

/** What was said first stays: neither a second record nor a second outcome replaces one. */
export function withChange(
  requests: Requests,
  requestId: string,
  at: EventTime,
  change: RequestChange,
): Requests {
  const { open, settled } = requests
  const known = knownRequest(requests, requestId)
  const request: KnownRequest = {
    requestId,
    at: known?.at ?? at,
    recorded: known?.recorded ?? change.recorded ?? null,
    claimed: known?.claimed ?? change.claimed ?? null,
    outcome: known?.outcome ?? change.outcome ?? null,
    attempted: known?.attempted === true || change.attempted === true,
  }
  if (request.outcome === null) return { open: new Map(open).set(requestId, request), settled }
  const others = new Map(open)
  others.delete(requestId)
  return { open: others, settled: forgetOldest(new Map(settled).set(requestId, request)) }
}

function forgetOldest(settled: Map<string, KnownRequest>): Map<string, KnownRequest> {
  for (const id of settled.keys()) {
    if (settled.size <= SETTLED_LIMIT) break
    settled.delete(id)
  }
  return settled
}

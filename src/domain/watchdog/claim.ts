/**
 * What a claimed restart flag is (WD7). The flag is a request, not an authority: anybody who can write to the
 * runtime directory can write one. It speaks for an authenticated person only when its `request_id` names a
 * request that was recorded as such in the state directory, and it says the same. Everything else is a plain
 * manual request by whoever owns the file, with what it claims kept beside it.
 *
 * A flag that borrows the id of a recorded request but says something else gets an id of its own: else a
 * forged flag could use up the request that somebody was promised.
 */
import { canonicalText } from '../journal/chain.ts'
import { FLAG_ACTOR, type RestartAsk } from '../journal/events.ts'
import type { KnownRequest } from '../journal/requests.ts'
import { redactedValue } from '../redaction.ts'
import type { Finding } from '../schemas/findings.ts'
import { FLAG_BYTES_MAX, readRestartFlag, type RestartFlag } from '../schemas/restart-flag.ts'
import type { DurationMs, EpochMs } from '../time.ts'

export interface ClaimInput {
  /** Names this very claim, and so a request that has no name of its own. */
  readonly claimId: string
  /** null: the bytes are no UTF-8. */
  readonly content: string | null
  readonly sizeBytes: number
  readonly ownerUid: number
  readonly allowedUids: readonly number[]
  /** By the file's own time. */
  readonly writtenAt: EpochMs
  readonly now: EpochMs
  readonly requestTtlMs: DurationMs
  /** For existing deployments: override fields of any flag count. Shown everywhere where it is on. */
  readonly trustFlags: boolean
  readonly known: (requestId: string) => ClaimedBefore | null
}

export type ClaimedBefore = Pick<KnownRequest, 'recorded' | 'outcome' | 'attempted'>

export type ClaimRejection = 'foreign_owner' | 'oversize' | 'not_utf8' | 'malformed'
export type ClaimWarning = 'override_not_authenticated'

export type ClaimVerdict =
  | { readonly kind: 'rejected'; readonly reason: ClaimRejection; readonly findings: readonly Finding[] }
  /** Has had its outcome or its attempt: it is done, and is not done again. */
  | { readonly kind: 'settled'; readonly requestId: string }
  | { readonly kind: 'expired'; readonly ask: RestartAsk; readonly ageMs: DurationMs }
  | { readonly kind: 'request'; readonly ask: RestartAsk; readonly warnings: readonly ClaimWarning[] }

export function judgeClaim(input: ClaimInput): ClaimVerdict {
  const { content, sizeBytes, ownerUid, allowedUids } = input
  if (!allowedUids.includes(ownerUid)) {
    return rejected('foreign_owner', `a file of uid ${allowedUids.join(' or ')}`, `one of uid ${ownerUid}`)
  }
  if (sizeBytes > FLAG_BYTES_MAX) {
    return rejected('oversize', `at most ${FLAG_BYTES_MAX} bytes`, `${sizeBytes} bytes`)
  }
  if (content === null) return rejected('not_utf8', 'UTF-8', 'other bytes')
  const flag = readRestartFlag(content)
  return flag.ok
    ? judgeFlag(input, flag.value)
    : { kind: 'rejected', reason: 'malformed', findings: flag.findings }
}

function judgeFlag(input: ClaimInput, flag: RestartFlag): ClaimVerdict {
  const { claimId, now, writtenAt, requestTtlMs, known } = input
  const named = flag.request_id ?? ''
  const before = named === '' ? null : known(named)
  const recorded = before?.recorded ?? null
  const isAuthentic = recorded !== null && saysTheSame(flag, recorded)
  const isBorrowed = recorded !== null && !isAuthentic
  const requestId = named === '' || isBorrowed ? `flag-${claimId}` : named
  const previous = requestId === named ? before : known(requestId)
  if (previous !== null && (previous.outcome !== null || previous.attempted))
    return { kind: 'settled', requestId }

  const ask = isAuthentic
    ? { ...recorded, override: overrideOf(flag), claimed: flag }
    : plainAsk(input, flag, requestId)
  // A file of the future was written before the clock was set back: it is new.
  const ageMs = Math.max(0, now - writtenAt)
  if (ageMs > requestTtlMs) return { kind: 'expired', ask, ageMs }
  const isOverrideDropped = overrideOf(flag) !== null && ask.override === null
  return { kind: 'request', ask, warnings: isOverrideDropped ? ['override_not_authenticated'] : [] }
}

/** Who it is that asks is who owns the file; whom it names is kept as a claim. */
function plainAsk({ ownerUid, trustFlags }: ClaimInput, flag: RestartFlag, requestId: string): RestartAsk {
  return {
    request_id: requestId,
    source: flag.source ?? 'manual',
    rung: 'reload',
    override: trustFlags ? overrideOf(flag) : null,
    claimed: flag,
    actor: { name: `${FLAG_ACTOR}${ownerUid}`, ip: null },
  }
}

/**
 * Every field that somebody could gain by changing; and where the flag was recorded as written, all of it. Both
 * without secrets, since the flag lost its own when it was read.
 */
function saysTheSame(flag: RestartFlag, recorded: RestartAsk): boolean {
  // What is masked is masked once: word for word the same, it is the same without its secrets too.
  const isSame = (said: unknown, written: unknown) => {
    const text = canonicalText(said)
    return text === canonicalText(written) || text === canonicalText(redactedValue(written))
  }
  if (recorded.claimed !== null && !isSame(flag, { ...recorded.claimed })) return false
  return (flag.source ?? 'manual') === recorded.source && isSame(overrideOf(flag), recorded.override)
}

/** As the flag has it, complete or not; the policy says what is missing. The machine overrides nothing. */
function overrideOf(flag: RestartFlag): RestartAsk['override'] {
  if (flag.manual_override !== true || flag.source === 'auto') return null
  return {
    acknowledged: flag.override_acknowledged === true,
    reason: flag.override_reason ?? '',
    passes: flag.override_passes ?? [],
  }
}

function rejected(reason: ClaimRejection, expected: string, found: string): ClaimVerdict {
  return { kind: 'rejected', reason, findings: [{ path: 'the flag', expected, found }] }
}

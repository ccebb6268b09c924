/**
 * What a flag asks, and in whose name (WD7). The flag is a request and no authority: its override counts only
 * where the agent or the local CLI recorded the same request as an authenticated person's.
 */
import type { RestartAsk } from '#domain/journal/events.ts'
import type { JournalState } from '#domain/journal/fold.ts'
import type { RestartFlag } from '#domain/schemas/restart-flag.ts'
import type { ClaimedFlag } from '#agent/ports/flag-directory.ts'

export interface FlagAsk {
  readonly ask: RestartAsk
  readonly warnings: readonly string[]
}

export function flagAsk(
  { claim, ownerUid }: ClaimedFlag,
  flag: RestartFlag,
  history: JournalState,
  { trustFlags }: { trustFlags: boolean },
): FlagAsk {
  const recorded = history.requests.get(flag.request_id ?? '')?.recorded ?? null
  const override = overrideOf(flag)
  const claimed = { ...flag }
  if (recorded !== null && sameContent(recorded, flag, override)) {
    return { ask: { ...recorded, claimed }, warnings: [] }
  }
  const isBelieved = trustFlags || override === null
  // An id that was recorded with other content names another request than this one.
  const ownId = recorded === null ? (flag.request_id ?? null) : null
  const ask: RestartAsk = {
    // Made from the claim, so that the same flag has the same name after a crash.
    request_id: ownId ?? `flag-${claim.slice(-36)}`,
    source: flag.source ?? 'manual',
    rung: 'reload',
    override: isBelieved ? override : null,
    claimed,
    actor: { name: `flag:uid=${ownerUid}`, ip: null },
  }
  return { ask, warnings: isBelieved ? [] : ['override_not_authenticated'] }
}

function overrideOf(flag: RestartFlag): RestartAsk['override'] {
  if (flag.manual_override !== true || flag.source === 'auto') return null
  return {
    acknowledged: flag.override_acknowledged === true,
    reason: flag.override_reason ?? '',
    passes: [...(flag.override_passes ?? [])],
  }
}

function sameContent(recorded: RestartAsk, flag: RestartFlag, override: RestartAsk['override']): boolean {
  const { source, override: known } = recorded
  if (source !== (flag.source ?? 'manual')) return false
  if (known === null || override === null) return known === override
  return (
    known.acknowledged === override.acknowledged &&
    known.reason === override.reason &&
    known.passes.join() === override.passes.join()
  )
}

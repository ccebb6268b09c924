/** Gates and releases as the agent tells and records them; looked at afresh, and not more often than anybody can read. */
import { gatesViewOf } from '#domain/release/view.ts'
import type { ReleaseDesk } from '#agent/api/routes/gates.ts'
import { memoised } from '#agent/api/memo.ts'
import type { Desk } from '#agent/operator/desk.ts'
import { sayReleaseWord } from '#agent/operator/record-release.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { ReleaseTrail } from '#agent/release/release-trail.ts'
import { sightRelease, type SightPlace } from '#agent/release/sight-release.ts'

/** Looking means to hash the whole build and to ask git. */
const LOOK_MS = 2_000

export function releaseDesk(
  place: SightPlace & { readonly desk: Desk; readonly clock: Clock },
): ReleaseDesk & { close(): Promise<void> } {
  const { desk, clock } = place
  const trail = new ReleaseTrail(place.stateDir)
  const look = memoised(() => sightRelease(place, trail), { keptMs: LOOK_MS, clock })
  return {
    read: async () => gatesViewOf(await look(), clock.wallNow()),
    record: (word, by) => sayReleaseWord(desk, word, by),
    close: () => trail.close(),
  }
}

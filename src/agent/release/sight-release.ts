/** Everything that is known of a release, looked at together: its build, its evidence, its waivers, and what is live. */
import type { ReleaseSighting } from '#domain/release/view.ts'
import type { DurationMs } from '#domain/time.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { readEvidence } from './evidence-store.ts'
import { readPromotion } from './promotion-file.ts'
import { readBuild } from './read-build.ts'
import { ReleaseTrail } from './release-trail.ts'

export interface SightPlace {
  readonly stateDir: string
  readonly release: string
  readonly rollbackTargetMs: DurationMs
}

export function sightPlace({ contract, config }: Settings, release: string): SightPlace {
  const rollbackTargetMs = config.values['rollback.target_s'] * 1000
  return { stateDir: contract.contract.paths.state_dir, release, rollbackTargetMs }
}

export async function sightRelease(place: SightPlace, trail: ReleaseTrail): Promise<ReleaseSighting> {
  const { stateDir, release, rollbackTargetMs } = place
  await trail.read()
  const [build, evidence] = await Promise.all([readBuild(release), readEvidence(stateDir, trail.isRecorded)])
  return { build, evidence, waivers: trail.waivers, promotion: readPromotion(stateDir), rollbackTargetMs }
}

/** For a command, which looks once. */
export async function sightReleaseOnce(place: SightPlace): Promise<ReleaseSighting> {
  const trail = new ReleaseTrail(place.stateDir)
  try {
    return await sightRelease(place, trail)
  } finally {
    await trail.close()
  }
}

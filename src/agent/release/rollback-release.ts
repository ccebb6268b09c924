/**
 * The release half of a rollback (MG3): the link back to where it led before the cutover, and the build held, so that
 * nothing puts it in place again by itself. Told to go back twice, it goes back once.
 */
import { NOTHING_PROMOTED, withHeld, type Promotion } from '#domain/release/promotion.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { RollbackReport, RollbackStep } from '#domain/schemas/rollback-report.ts'
import { localActor } from '#agent/operator/local-actor.ts'
import { systemClock } from '#agent/system/clock.ts'
import { settleRelease } from './live-place.ts'
import { readPromotion, writePromotion } from './promotion-file.ts'
import { readBuild } from './read-build.ts'
import { currentRelease, listReleases, previousRelease, releaseNamed, switchCurrent } from './releases.ts'
import type { RollbackAsk } from './rollback-navigation.ts'
import { TimedSteps } from './timed-steps.ts'

export async function rollBackRelease(ask: RollbackAsk): Promise<readonly RollbackStep[]> {
  const { settings, root, clock } = ask
  const steps = new TimedSteps('release', clock)
  if (listReleases(root).length === 0) {
    await steps.take('link', async () =>
      done('this deployment runs from its checkout: there is no link to set'),
    )
    return steps.taken
  }
  if (!(await steps.take('link', async () => done(linkBack(ask))))) return steps.taken
  // Also where the link was there before: the rollback of before may have come no further.
  const back = currentRelease(root)
  await steps.take('services', async () =>
    done(
      (back === null ? null : settleRelease(settings, root, back)) ?? 'nothing here had to be started anew',
    ),
  )
  return steps.taken
}

function done(detail: string) {
  return { outcome: 'done' as const, detail }
}

function linkBack({ settings, root }: RollbackAsk): string {
  const { pinned, unfinished } = promotionOf(settings.contract.contract.paths.state_dir)
  const begun = unfinished ?? pinned
  const current = currentRelease(root)
  // Back already, as after a rollback that was interrupted; or the cutover had not come so far.
  if (begun !== null && begun.before.release !== null && current?.name === begun.before.release) {
    switchCurrent(root, current, 'back')
    return `current is ${current.name}, as before the cutover`
  }
  const named = begun?.before.release ?? null
  const target = (named === null ? null : releaseNamed(root, named)) ?? previousRelease(root)
  if (target === null) {
    throw new HoldfastProblem('input_invalid', 'no earlier release is known that is still installed')
  }
  switchCurrent(root, target, 'back')
  const seen = currentRelease(root)?.name ?? 'nowhere'
  if (seen !== target.name) throw new HoldfastProblem('output_unwritable', `current leads to ${seen}`)
  return `current is ${target.name}, before it was ${current?.name ?? 'none'}`
}

/** Before anything is taken back: whoever deploys by itself meanwhile must not bring it in again. */
export async function holdPromoted({ settings, release, reason }: RollbackAsk): Promise<void> {
  const stateDir = settings.contract.contract.paths.state_dir
  const promotion = promotionOf(stateDir)
  const begun = promotion.unfinished ?? promotion.pinned
  const { commit, build_hash } = begun ?? (await readBuild(release))
  const one = { commit, build_hash, at: systemClock.wallNow(), by: localActor().name, reason }
  await writePromotion(stateDir, { ...promotion, held: withHeld(promotion, one) })
}

/** What was promoted stays known until it is seen to be back: a rollback that failed can be done again. */
export async function settleRollback({ settings }: RollbackAsk, report: RollbackReport): Promise<void> {
  const stateDir = settings.contract.contract.paths.state_dir
  const promotion = promotionOf(stateDir)
  const { took_ms, target_ms, success } = report
  const last_rollback = { at: systemClock.wallNow(), took_ms, target_ms, verified: success }
  const isBack = success && report.parts.includes('release')
  const left = isBack ? { pinned: null, unfinished: null } : {}
  await writePromotion(stateDir, { ...promotion, ...left, last_rollback })
}

function promotionOf(stateDir: string): Promotion {
  const reading = readPromotion(stateDir)
  // What cannot be read holds nothing, and keeps nobody from going back.
  return reading.kind === 'read' ? reading.promotion : NOTHING_PROMOTED
}

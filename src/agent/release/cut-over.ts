/**
 * A cutover (MG3): refused unless nothing stands before it; then the link to this release, then the console into service. What
 * is begun is on the disk before each step: whoever comes after a crash goes on with `cutover`, or back with `rollback`.
 */
import { blocksOf, type Block } from '#domain/release/blocks.ts'
import { judgeAll } from '#domain/release/judge.ts'
import {
  heldBack,
  NOTHING_PROMOTED,
  STEPS,
  withoutHeld,
  type Promotion,
  type Step,
} from '#domain/release/promotion.ts'
import type { ReleaseWord } from '#domain/release/release-word.ts'
import type { ReleaseSighting } from '#domain/release/view.ts'
import { asProblem } from '#agent/as-problem.ts'
import { changeSwitch } from '#agent/operator/kill-switch.ts'
import { localActor } from '#agent/operator/local-actor.ts'
import { recordRelease } from '#agent/operator/record-release.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { livePlace, releaseOfBuild, settleRelease } from './live-place.ts'
import { writePromotion } from './promotion-file.ts'
import { currentRelease, listReleases, previousRelease, switchCurrent, type Release } from './releases.ts'
import { sightPlace, sightReleaseOnce } from './sight-release.ts'

export interface CutoverAsk {
  readonly settings: Settings
  /** Of the host whose link it is. */
  readonly root: string
  /** Whose build is to go live. */
  readonly release: string
  /** Although it was rolled back: with the reason. */
  readonly again: string | null
  readonly clock: Clock
}

export interface CutoverStep {
  readonly step: Step
  readonly ok: boolean
  readonly took_ms: number
  readonly detail: string
}

export interface CutoverDone {
  readonly kind: 'refused' | 'failed' | 'done'
  readonly build: ReleaseSighting['build']
  readonly waived: readonly { readonly gate: string; readonly name: string; readonly reason: string }[]
  readonly steps: readonly CutoverStep[]
  readonly reasons: readonly Block[]
  /** What did not go as it should have, and kept nothing from going on. */
  readonly notes: readonly string[]
}

export async function cutOver(ask: CutoverAsk): Promise<CutoverDone> {
  return new Cutover(ask).run()
}

class Cutover {
  readonly #ask: CutoverAsk
  readonly #notes: string[] = []
  readonly #steps: CutoverStep[] = []
  /** Of what was killed nobody knows whether it came to start anew what has to be. */
  #isResumed = false

  constructor(ask: CutoverAsk) {
    this.#ask = ask
  }

  async run(): Promise<CutoverDone> {
    const { settings, release } = this.#ask
    const sighting = await sightReleaseOnce(sightPlace(settings, release))
    const target = await releaseOfBuild(this.#ask.root, sighting.build.build_hash)
    const { reasons, waived } = this.#judge(sighting, target)
    const done = { build: sighting.build, waived, steps: this.#steps, notes: this.#notes }
    if (reasons.length > 0) {
      const detail = reasons.map(({ message }) => message).join('; ')
      await this.#record(sighting, { step: 'refused', success: false, detail })
      return { ...done, kind: 'refused', reasons }
    }
    const before = await this.#begin(sighting, target)
    for (const step of STEPS) {
      const failed = await this.#take(step, sighting, before, target)
      if (failed !== null) return { ...done, kind: 'failed', reasons: [failed] }
    }
    await this.#end(sighting, before, livePlace(settings, this.#ask.root).release)
    return { ...done, kind: 'done', reasons: [] }
  }

  get #stateDir(): string {
    return this.#ask.settings.contract.contract.paths.state_dir
  }

  #judge(sighting: ReleaseSighting, target: Release | null): Pick<CutoverDone, 'reasons' | 'waived'> {
    const { settings, root, again, clock } = this.#ask
    const { build, evidence, waivers, promotion } = sighting
    const readings = Object.fromEntries(Object.entries(evidence).map(([gate, { newest }]) => [gate, newest]))
    const judgements = judgeAll({ build, readings, waivers, now: clock.wallNow() })
    const known = promotion.kind === 'read' ? promotion.promotion : NOTHING_PROMOTED
    const reasons = blocksOf(judgements, known, build).filter(
      ({ code }) => code !== 'rolled_back' || again === null,
    )
    const more = (code: string, message: string, unblock: string) =>
      reasons.push({ code, gate: null, message, unblock })
    if (promotion.kind === 'unreadable') {
      more(
        'promotion_unreadable',
        `what is live cannot be read: ${promotion.why}`,
        'put promotion.json back from a backup, or away',
      )
    }
    if (settings.config.values.navigation === 'classic') {
      const message = 'the configuration takes the console out of service at each start'
      more('navigation_configured', message, 'unset HOLDFAST_NAVIGATION, or set it to console')
    }
    if (target === null && listReleases(root).length > 0) {
      const message = 'no installed release is this build'
      more('release_missing', message, `holdfast install-systemd --release ${this.#ask.release}`)
    }
    const { unfinished } = known
    if (unfinished?.act === 'cutover' && unfinished.build_hash !== build.build_hash) {
      more(
        'cutover_unfinished',
        'a cutover of another build was begun and has not ended',
        'holdfast rollback',
      )
    }
    const waived = judgements.flatMap(({ gate, verdict, waiver }) =>
      verdict === 'waived' && waiver !== null ? [{ gate, name: waiver.name, reason: waiver.reason }] : [],
    )
    return { reasons, waived }
  }

  /** Where a rollback goes: to how it was before the first try, however many there were. */
  async #begin(sighting: ReleaseSighting, target: Release | null): Promise<Promotion> {
    const { settings, root, clock } = this.#ask
    const known = sighting.promotion.kind === 'read' ? sighting.promotion.promotion : NOTHING_PROMOTED
    const { commit, build_hash } = sighting.build
    const isAgain = known.unfinished?.build_hash === build_hash
    this.#isResumed = isAgain
    const isLive = known.pinned?.build_hash === build_hash
    const before =
      (isAgain ? known.unfinished?.before : isLive ? known.pinned?.before : undefined) ??
      beforeIt(livePlace(settings, root), target, () => previousRelease(root))
    const promotion: Promotion = {
      ...known,
      unfinished: {
        act: 'cutover',
        commit,
        build_hash,
        release: target?.name ?? null,
        steps: [...STEPS],
        done: [],
        at: clock.wallNow(),
        by: localActor().name,
        before,
      },
    }
    await writePromotion(this.#stateDir, promotion)
    const held = heldBack(known, sighting.build)
    const detail = held === null ? '' : `brought back after its rollback: ${this.#ask.again ?? ''}`
    await this.#record(sighting, { step: 'begun', success: true, detail })
    return promotion
  }

  /** null: it is done. */
  async #take(
    step: Step,
    sighting: ReleaseSighting,
    begun: Promotion,
    target: Release | null,
  ): Promise<Block | null> {
    const { clock } = this.#ask
    const from = clock.monotonicNow()
    const act = step === 'release' ? () => this.#toRelease(target) : () => this.#toConsole()
    const seen = await act().then(
      (detail) => ({ ok: true, detail }),
      (error: unknown) => ({ ok: false, detail: asProblem(error).message }),
    )
    const took_ms = Math.round(clock.monotonicNow() - from)
    this.#steps.push({ step, took_ms, ...seen })
    await this.#record(sighting, { step, success: seen.ok, detail: seen.detail, took_ms })
    if (!seen.ok) {
      const unblock = 'holdfast cutover, to go on; holdfast rollback, to go back'
      return { code: `${step}_failed`, gate: null, message: `${step}: ${seen.detail}`, unblock }
    }
    const { unfinished } = begun
    if (unfinished !== null) {
      const done = STEPS.slice(0, STEPS.indexOf(step) + 1)
      await writePromotion(this.#stateDir, { ...begun, unfinished: { ...unfinished, done } })
    }
    return null
  }

  async #toRelease(target: Release | null): Promise<string> {
    const { settings, root, clock } = this.#ask
    if (target === null) return 'this deployment runs from its checkout: there is no link to set'
    const isThere = currentRelease(root)?.name === target.name
    switchCurrent(root, target, 'forward', clock)
    const seen = currentRelease(root)?.name ?? 'nowhere'
    if (seen !== target.name) throw new Error(`the link leads to ${seen}, and not to ${target.name}`)
    const restarted = isThere && !this.#isResumed ? null : settleRelease(settings, root, target)
    return [`current is ${target.name}`, restarted].filter((part) => part !== null).join('; ')
  }

  async #toConsole(): Promise<string> {
    const wish = { engaged: false, route: null, reason: 'cutover' }
    const { holds, removed, via, notes } = await changeSwitch(this.#ask.settings, wish)
    this.#notes.push(...notes)
    if (holds.length > 0) {
      const files = holds.map(({ place, file }) => `${place}/${file}`).join(', ')
      throw new Error(`the console is still out of service, by ${files}`)
    }
    return removed.length === 0
      ? 'the console was in service'
      : `the console is in service, through the ${via}`
  }

  async #end(sighting: ReleaseSighting, begun: Promotion, release: string | null): Promise<void> {
    const { clock } = this.#ask
    const { commit, build_hash } = sighting.build
    const { unfinished, ...others } = begun
    const by = localActor().name
    const before = unfinished?.before ?? { release: null, classic: true }
    const pinned = { commit, build_hash, release, at: clock.wallNow(), by, before }
    const held = withoutHeld(begun, sighting.build)
    await writePromotion(this.#stateDir, { ...others, pinned, held, unfinished: null })
    await this.#record(sighting, { step: 'ended', success: true, detail: `promoted by ${by}` })
  }

  /** A row that could not be written is told; the step is done all the same. */
  async #record(
    { build }: ReleaseSighting,
    row: Pick<Extract<ReleaseWord, { type: 'cutover' }>, 'step' | 'success' | 'detail'> & {
      took_ms?: number
    },
  ): Promise<void> {
    const { commit, build_hash } = build
    const { took_ms = null, detail, ...rest } = row
    const word = { type: 'cutover' as const, commit, build_hash, took_ms, reason: this.#ask.again ?? '' }
    try {
      await recordRelease(this.#ask.settings, { ...word, ...rest, detail: detail.slice(0, 500) })
    } catch (error) {
      this.#notes.push(`not recorded (${row.step}): ${asProblem(error).message}`)
    }
  }
}

/** Whoever installed the release has led the link to it already: before it there was another. */
function beforeIt(
  live: ReturnType<typeof livePlace>,
  target: Release | null,
  previous: () => Release | null,
): ReturnType<typeof livePlace> {
  if (target === null || live.release !== target.name) return live
  return { ...live, release: previous()?.name ?? live.release }
}

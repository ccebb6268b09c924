/**
 * Workers that die at boot in a loop (WD8b): gunicorn starts them again for ever, many times a second, and
 * says nothing. A restart would only begin the same anew, so it is recognised and left to a person.
 *
 * Young workers die for good reasons too: a reload or a roll soon after another, `max_requests` under much load,
 * a limit on memory. What makes it a loop is that each one that comes after a dead one dies young as well, for three
 * generations and still, and that nothing shows that any of them ever served. It shows where the target answers while none is
 * left but those that came after the first death; so it is only called a loop when there was time for that.
 *
 * Where workers from before are left and the target answers, it may be they who do. Then only deaths within a fraction of a
 * second count, one after the other, since nobody sets `max_requests` so low.
 */
import type { MasterIdentity } from '../journal/events.ts'
import type { DurationMs } from '../time.ts'
import { isSame, type MasterLook } from './master-rules.ts'

export interface BootLoopState {
  readonly master: MasterIdentity | null
  readonly lookedAtMs: DurationMs
  readonly workers: readonly Worker[]
  readonly reaped: number
  /** At the last look one was gone that had been seen; its master may have waited for it only after that. */
  readonly hasVanished: boolean
  readonly suspicion: Suspicion | null
}

interface Worker {
  readonly key: string
  readonly bornMs: DurationMs
}

interface Suspicion {
  /** The last look before the first of them died: whoever was born after it may have died at boot. */
  readonly sinceMs: DurationMs
  readonly generations: number
  /** As `sinceMs`, of the latest generation. */
  readonly generationMs: DurationMs
  readonly diedMs: DurationMs
  /** The longest life at each of the last looks that found some dead. */
  readonly livesMs: readonly DurationMs[]
  /** The first look at which no worker from before was left. */
  readonly aloneMs: DurationMs | null
  /** The last probe was; by whom is not known. */
  readonly isAnswered: boolean
}

export const NO_BOOT_LOOP: BootLoopState = {
  master: null,
  lookedAtMs: 0,
  workers: [],
  reaped: 0,
  hasVanished: false,
  suspicion: null,
}

const YOUNG_MS = 3000
/** The next of a loop dies within its youth, and a look or two later that is known. */
const NEXT_DEATH_MS = 5000
const GENERATIONS = 3
/** Longer without a death, and than three of their lives: those that are there now have come up. */
const PAUSE_MS = 500
const PAUSE_LIVES = 3
const FRACTION_MS = 500
/** On a busy machine one of many takes long to die; it is not to hide the others for good. */
const LIVES = 8

export function watchBoots(state: BootLoopState, seen: MasterLook | null, nowMs: DurationMs): BootLoopState {
  if (seen === null) return NO_BOOT_LOOP
  const { identity, reaped } = seen
  const isNew = state.master === null || !isSame(state.master, identity)
  const before = isNew ? { ...NO_BOOT_LOOP, lookedAtMs: nowMs, reaped } : state
  const workers = seen.workers.map((worker) => ({ key: keyOf(worker), bornMs: nowMs - worker.ageMs }))
  const gone = before.workers.filter(({ key }) => !workers.some((worker) => worker.key === key))
  const dead = [
    ...gone.filter(({ bornMs }) => before.lookedAtMs - bornMs < YOUNG_MS),
    ...unseen(before, gone, reaped),
  ]
  const suspicion = dead.length === 0 ? before.suspicion : withDeaths(before, dead, nowMs)
  return {
    master: identity,
    lookedAtMs: nowMs,
    workers,
    reaped,
    hasVanished: gone.length > 0,
    suspicion: suspicion === null ? null : withLiving(suspicion, workers, nowMs),
  }
}

/** Its master has waited for one that no look has met: born after the last look, and dead before this one. */
function unseen(
  { lookedAtMs, reaped, hasVanished }: BootLoopState,
  gone: readonly Worker[],
  reapedNow: number,
): Worker[] {
  const isExplained = gone.length > 0 || hasVanished
  return reapedNow === reaped || isExplained ? [] : [{ key: '', bornMs: lookedAtMs }]
}

/** `askedMs`: who was there then is who has answered. */
export function withProbe(
  state: BootLoopState,
  { isAnswered, askedMs }: { isAnswered: boolean; askedMs: DurationMs },
): BootLoopState {
  const { suspicion } = state
  if (suspicion === null || askedMs <= suspicion.sinceMs) return state
  const isByOneOfThem = isAnswered && suspicion.aloneMs !== null && askedMs >= suspicion.aloneMs
  return { ...state, suspicion: isByOneOfThem ? null : { ...suspicion, isAnswered } }
}

/** `patienceMs`: within which a target that serves answers a probe. */
export function isBootLoop({ suspicion }: BootLoopState, nowMs: DurationMs, patienceMs: DurationMs): boolean {
  if (suspicion === null || suspicion.generations < GENERATIONS) return false
  const longestMs = Math.max(...suspicion.livesMs)
  if (suspicion.isAnswered && longestMs >= FRACTION_MS) return false
  if (nowMs - suspicion.diedMs > Math.max(PAUSE_MS, PAUSE_LIVES * longestMs)) return false
  return nowMs - suspicion.sinceMs >= patienceMs + longestMs
}

function withDeaths(
  { suspicion, lookedAtMs }: BootLoopState,
  dead: readonly Worker[],
  nowMs: DurationMs,
): Suspicion {
  const lifeMs = Math.max(...dead.map(({ bornMs }) => lookedAtMs - bornMs))
  if (suspicion === null) {
    const first = { sinceMs: lookedAtMs, generations: 1, generationMs: lookedAtMs }
    return { ...first, diedMs: nowMs, livesMs: [lifeMs], aloneMs: null, isAnswered: false }
  }
  const isNext = dead.some(({ bornMs }) => bornMs > suspicion.generationMs)
  return {
    ...suspicion,
    generations: suspicion.generations + (isNext ? 1 : 0),
    generationMs: isNext ? lookedAtMs : suspicion.generationMs,
    diedMs: nowMs,
    livesMs: [...suspicion.livesMs, lifeMs].slice(-LIVES),
  }
}

function withLiving(suspicion: Suspicion, alive: readonly Worker[], nowMs: DurationMs): Suspicion | null {
  const { sinceMs, diedMs, aloneMs } = suspicion
  if (nowMs - diedMs >= NEXT_DEATH_MS) return null
  const isFromBefore = ({ bornMs }: Worker) => bornMs <= sinceMs
  return { ...suspicion, aloneMs: aloneMs ?? (alive.some(isFromBefore) ? null : nowMs) }
}

function keyOf({ pid, startTicks }: MasterLook['workers'][number]): string {
  return `${pid}:${startTicks}`
}

/**
 * Workers that die at boot in a loop (WD8b): gunicorn starts them again for ever, many times a second, and
 * says nothing. A restart would only begin the same anew, so it is recognised and left to a person.
 *
 * It shows in the process table as workers that were young at one look and gone at the next. One such look
 * may be a reload that met another; three within ten seconds are a loop.
 */
import type { MasterIdentity } from '../journal/events.ts'
import type { DurationMs } from '../time.ts'
import { isSame, type MasterLook } from './master-rules.ts'

export interface BootLoopState {
  readonly master: MasterIdentity | null
  /** Workers that were young at the last look, by pid and start time. */
  readonly young: readonly string[]
  /** When a look found young workers gone, youngest last. */
  readonly deathsAtMs: readonly DurationMs[]
}

export const NO_BOOT_LOOP: BootLoopState = { master: null, young: [], deathsAtMs: [] }

const YOUNG_MS = 3000
const SPAN_MS = 10_000
const LOOKS_WITH_DEATHS = 3

export function watchBoots(state: BootLoopState, seen: MasterLook | null, nowMs: DurationMs): BootLoopState {
  if (seen === null) return NO_BOOT_LOOP
  const isNew = state.master === null || !isSame(state.master, seen.identity)
  const { young: youngBefore, deathsAtMs } = isNew ? NO_BOOT_LOOP : state
  const alive = new Set(seen.workers.map(keyOf))
  const recent = deathsAtMs.filter((at) => nowMs - at < SPAN_MS)
  const hasDied = youngBefore.some((key) => !alive.has(key))
  return {
    master: seen.identity,
    young: seen.workers.filter(({ ageMs }) => ageMs < YOUNG_MS).map(keyOf),
    deathsAtMs: hasDied ? [...recent, nowMs].slice(-LOOKS_WITH_DEATHS) : recent,
  }
}

export function isBootLoop({ deathsAtMs }: BootLoopState): boolean {
  return deathsAtMs.length >= LOOKS_WITH_DEATHS
}

function keyOf({ pid, startTicks }: MasterLook['workers'][number]): string {
  return `${pid}:${startTicks}`
}

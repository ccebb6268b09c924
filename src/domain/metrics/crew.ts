/** How far the workers of before a signal have been replaced, as the process table shows it (WD10, seen from outside). */
import { firstAfter, type ProcessColumns } from '#domain/metrics/columns.ts'
import type { EpochMs } from '#domain/time.ts'

export interface CrewChange {
  /** Of the workers of before the signal, how many are gone in the last reading, and how many there were. */
  readonly gone: number
  readonly of: number
  /** The first reading without any of them and with others in their place; null: not yet. */
  readonly replacedAt: EpochMs | null
}

/** null: no reading of before the signal says who worked then, or none was made since. */
export function crewChange({ t, pid }: ProcessColumns, signalledAt: EpochMs): CrewChange | null {
  const end = firstAfter(t, signalledAt)
  if (end === 0 || end >= t.length) return null
  const before = new Set<number>()
  for (let i = end - 1; i >= 0 && t[i] === t[end - 1]; i -= 1) before.add(pid[i] as number)
  let stayed = before.size
  for (let first = end; first < t.length;) {
    let [last, others] = [first, 0]
    stayed = 0
    for (; last < t.length && t[last] === t[first]; last += 1) {
      if (before.has(pid[last] as number)) stayed += 1
      else others += 1
    }
    if (stayed === 0 && others > 0)
      return { gone: before.size, of: before.size, replacedAt: t[first] as EpochMs }
    first = last
  }
  return { gone: before.size - stayed, of: before.size, replacedAt: null }
}

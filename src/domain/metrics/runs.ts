/** Where a series of states changes: a state that goes on is one run, and what lies between two runs is a change. */
import type { EpochMs } from '#domain/time.ts'

export interface StateChange<State> {
  /** When the stretch begins in which the new state was first seen. */
  readonly t: EpochMs
  readonly from: State
  readonly to: State
  /** Nothing was known in between: when it changed is not known either. */
  readonly afterGap: boolean
}

/** `states` has one per stretch of time, null where nothing is known of it; `t` says when each begins. */
export function changesIn<State>(
  states: readonly (State | null)[],
  t: readonly EpochMs[],
): StateChange<State>[] {
  const changes: StateChange<State>[] = []
  let last: { readonly state: State; readonly place: number } | null = null
  states.forEach((state, place) => {
    if (state === null) return
    if (last !== null && last.state !== state) {
      const afterGap = last.place !== place - 1
      changes.push({ t: t[place] as EpochMs, from: last.state, to: state, afterGap })
    }
    last = { state, place }
  })
  return changes
}

/**
 * Did the restart help? Judged on what was wrong before it and what is wrong after it (WD14), not on whether
 * the signal worked. Where nothing was wrong before there was nothing to help, and where nothing is known
 * nothing is claimed.
 */
import type { Evidence } from '../journal/events.ts'

export interface HelpThresholds {
  /** Saturation from which the pool is a trouble. */
  readonly poolWarning: number
  /** Share of requests that fail, from which that is a trouble. */
  readonly errorRatio: number
}

export type Trouble = 'unhealthy' | 'saturated' | 'failing_requests'

export interface HelpJudgement {
  /** null: cannot be said. */
  readonly helped: boolean | null
  readonly before: readonly Trouble[]
  readonly after: readonly Trouble[]
}

export function didItHelp(
  before: Evidence,
  after: Evidence | null,
  thresholds: HelpThresholds,
): HelpJudgement {
  const troubles = troublesOf(before, thresholds)
  if (after === null) return { helped: null, before: troubles, after: [] }
  const left = troublesOf(after, thresholds)
  return { helped: verdict(troubles, left, after), before: troubles, after: left }
}

function verdict(before: readonly Trouble[], after: readonly Trouble[], evidence: Evidence): boolean | null {
  // A trouble of any kind afterwards is no help: to trade one for another is none.
  if (after.length > 0) return false
  if (before.length === 0) return null
  // A pool that no longer tells its saturation is not thereby empty.
  return before.every((trouble) => isTold(trouble, evidence)) ? true : null
}

function troublesOf(
  { healthy, saturation, error_ratio: errors }: Evidence,
  { poolWarning, errorRatio }: HelpThresholds,
): Trouble[] {
  return [
    ...when(!healthy, 'unhealthy'),
    ...when(saturation !== null && saturation >= poolWarning, 'saturated'),
    ...when(errors !== null && errors >= errorRatio, 'failing_requests'),
  ]
}

function isTold(trouble: Trouble, { saturation, error_ratio: errors }: Evidence): boolean {
  switch (trouble) {
    case 'unhealthy':
      return true
    case 'saturated':
      return saturation !== null
    case 'failing_requests':
      return errors !== null
  }
}

function when(condition: boolean, trouble: Trouble): Trouble[] {
  return condition ? [trouble] : []
}

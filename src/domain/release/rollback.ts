/** Whether a rollback went as declared (SH7): every step done, and all of them together within the target time. */
import type { RollbackPart, RollbackReport, RollbackStep } from '../schemas/rollback-report.ts'
import type { DurationMs } from '../time.ts'

export interface MeasuredRollback {
  readonly parts: readonly RollbackPart[]
  readonly steps: readonly RollbackStep[]
  readonly tookMs: DurationMs
  readonly targetMs: DurationMs
}

export function rollbackReport({ parts, steps, tookMs, targetMs }: MeasuredRollback): RollbackReport {
  return {
    parts: [...parts],
    success: isDone(steps) && isInTime({ took_ms: tookMs, target_ms: targetMs }),
    took_ms: tookMs,
    target_ms: targetMs,
    steps: [...steps],
  }
}

/** How the command ends: nobody there to show it is told apart from what was shown to be wrong. */
export function rollbackEnd(report: RollbackReport): 'done' | 'failed' | 'unreachable' {
  if (report.success) return 'done'
  const has = (wanted: RollbackStep['outcome']) => report.steps.some(({ outcome }) => outcome === wanted)
  // Waiting for somebody to answer takes its time, and says nothing about the rollback's.
  return has('unreachable') && !has('failed') ? 'unreachable' : 'failed'
}

export function isInTime({
  took_ms: took,
  target_ms: target,
}: Pick<RollbackReport, 'took_ms' | 'target_ms'>) {
  return took <= target
}

/** In one line, as the audit trail tells it. */
export function rollbackText({ parts, took_ms: took, target_ms: target, steps }: RollbackReport): string {
  const missed = steps
    .filter(({ outcome }) => outcome !== 'done')
    .map(({ name, outcome }) => `${name} ${outcome}`)
  return [`${parts.join(' and ')} in ${secondsText(took)} of ${secondsText(target)}`, ...missed].join(', ')
}

/** Tenths, cut up: a target that was missed by little must not read as met. */
export function secondsText(ms: DurationMs): string {
  return `${(Math.ceil(ms / 100) / 10).toFixed(1)} s`
}

/** Nothing done is no rollback. */
function isDone(steps: readonly RollbackStep[]): boolean {
  return steps.length > 0 && steps.every(({ outcome }) => outcome === 'done')
}

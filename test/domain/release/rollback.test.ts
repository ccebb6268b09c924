import { expect, test } from 'vitest'
import { rollbackEnd, rollbackReport, rollbackText, secondsText } from '#domain/release/rollback.ts'
import type { RollbackStep } from '#domain/schemas/rollback-report.ts'

const step = (outcome: RollbackStep['outcome'], name = 'classic_page'): RollbackStep => ({
  part: 'navigation',
  name,
  outcome,
  took_ms: 5,
  detail: '',
})

const CASES = [
  { outcomes: ['done', 'done'], tookMs: 30_000, end: 'done', why: 'at the target time it is met' },
  { outcomes: ['done', 'done'], tookMs: 30_001, end: 'failed', why: 'all done, and too late' },
  { outcomes: ['done', 'failed'], tookMs: 1, end: 'failed', why: 'a step was shown to be wrong' },
  { outcomes: ['done', 'unreachable'], tookMs: 1, end: 'unreachable', why: 'nobody there to show it' },
  { outcomes: ['failed', 'unreachable'], tookMs: 1, end: 'failed', why: 'wrong weighs more than untold' },
  { outcomes: ['unreachable'], tookMs: 30_001, end: 'unreachable', why: 'waiting is not being late' },
] as const

test.each(CASES)('SH7 $why: $end', ({ outcomes, tookMs, end }) => {
  const steps = outcomes.map((outcome) => step(outcome))
  const report = rollbackReport({ parts: ['navigation'], steps, tookMs, targetMs: 30_000 })
  expect(rollbackEnd(report)).toBe(end)
  expect(report.success).toBe(end === 'done')
})

test('SH7 without a step nothing was rolled back', () => {
  expect(rollbackReport({ parts: ['release'], steps: [], tookMs: 0, targetMs: 1 }).success).toBe(false)
})

test('SH7 the audit trail names the time, the target and what was not done', () => {
  const steps = [step('done', 'engage'), step('failed')]
  const report = rollbackReport({ parts: ['navigation'], steps, tookMs: 1234, targetMs: 30_000 })
  expect(rollbackText(report)).toBe('navigation in 1.3 s of 30.0 s, classic_page failed')
})

test('SH7 a target that was missed by a millisecond does not read as met', () => {
  expect(secondsText(30_001)).toBe('30.1 s')
})

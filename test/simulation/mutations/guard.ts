/** When the guard latches, and when it opens. */
import { ATTEMPT, BEGIN, FOLD, NOTE_CHANGES, QUESTIONS, TICK } from './places.ts'
import type { Mutation } from './mutation.ts'

export const GUARD_GUARDS: readonly Mutation[] = [
  {
    guard: 'latch is durable',
    file: 'src/domain/policy/due-latch.ts',
    from: 'return latchesGuard(policy, counts) ? counts.churn : null',
    to: 'return null',
  },
  {
    guard: 'latch as of the newest restart',
    file: 'src/domain/policy/due-latch.ts',
    from: 'guardReleasedAt: null, now: newest',
    to: 'guardReleasedAt: null, now: now.wall',
  },
  { guard: 'latch at each look', file: TICK, from: 'await latchIfDue(world, rules, memory)', to: '' },
  { guard: 'latch with the intent', file: ATTEMPT, from: 'await latchIfDue(world, rules, memory)', to: '' },
  { guard: 'latch at the start', file: BEGIN, from: 'await latchIfDue(world, rules, memory)', to: '' },
  {
    guard: 'no latch after a quiet window',
    file: 'src/domain/policy/due-latch.ts',
    from: "if (policy.guardRelease === 'window' && now.wall - newest > policy.windowMs) return null",
    to: '',
  },
  {
    guard: 'what a restart showed of a boot loop is kept',
    file: ATTEMPT,
    from: 'if (!result.success) memory.crew = { ...memory.crew, boots: context.boots.state }',
    to: '',
  },
  {
    guard: 'latch is found in the journal',
    file: FOLD,
    from: 'latchedAt: later(state, state.guard.latchedAt, at)',
    to: 'latchedAt: null',
  },
  {
    guard: 'release is required',
    file: QUESTIONS,
    from: "if (guardRelease === 'manual') return true",
    to: '',
  },
  {
    guard: 'release covers the past alone',
    file: QUESTIONS,
    from: 'return guard.releasedAt !== null && isAtOrBefore(clock, at, guard.releasedAt)',
    to: 'return guard.releasedAt !== null',
  },
  {
    guard: 'quiet window before the latch opens',
    file: QUESTIONS,
    from: 'return !hadQuietWindow(state, latchedAt, windowMs, now)',
    to: 'return false',
  },
  {
    guard: 'boot loop latches',
    file: NOTE_CHANGES,
    from: "await record(world, memory, { type: 'guard_latched', churn: 0, window_ms, reason: 'worker_boot_loop' })",
    to: 'void window_ms',
  },
  {
    guard: 'boot loop latches anew',
    file: TICK,
    from: 'await latchForBootLoop(world, rules, memory)',
    to: '',
  },
  {
    guard: 'pause lasts by the monotonic clock',
    file: QUESTIONS,
    from: 'return ageMs(clock, pause.at, now) < pause.until - pause.at.wall ? pause : null',
    to: 'return now.wall < pause.until ? pause : null',
  },
]

/** What counts, and for how long. */
import { BEGIN, EVENT_CLOCK, FOLD } from './places.ts'
import type { Mutation } from './mutation.ts'

export const HISTORY_GUARDS: readonly Mutation[] = [
  {
    guard: 'churn counts restarts by others',
    file: 'src/domain/policy/restarts.ts',
    from: 'churn += 1\n',
    to: 'churn += Number(isAttempt)\n',
  },
  {
    guard: 'an attempt counts for the whole window',
    file: 'src/domain/policy/restarts.ts',
    from: 'isInPolicyWindow(at, now, config.windowMs)',
    to: 'isInPolicyWindow(at, now, config.windowMs / 2)',
  },
  {
    guard: 'restarts taken over count on',
    file: FOLD,
    from: "if (item.kind === 'imported') return item.counts",
    to: "if (item.kind === 'imported') return 'none'",
  },
  {
    guard: 'age on the monotonic clock',
    file: EVENT_CLOCK,
    from: 'return Math.max(0, now.monotonic - event.monotonic)',
    to: 'return Math.max(0, now.wall - event.wall)',
  },
  {
    guard: 'age across a reboot',
    file: EVENT_CLOCK,
    from: 'return lastedAfterMs(clock, event, past) + Math.max(0, now.monotonic)',
    to: 'return Math.max(0, now.wall - event.wall)',
  },
  {
    guard: 'order by the journal, not the wall clock',
    file: EVENT_CLOCK,
    from: 'return one.monotonic <= other.monotonic',
    to: 'return one.wall <= other.wall',
  },
  {
    guard: 'order of boots',
    file: EVENT_CLOCK,
    from: 'return indexOf(clock, one.boot) < indexOf(clock, other.boot)',
    to: 'return one.wall <= other.wall',
  },
  {
    guard: 'one order for both journals',
    file: 'src/agent/store/journal-history.ts',
    from: '(comesFirst(one.next, other.next, this.#presentBoot) ? -1 : 1)',
    to: '0',
  },
  {
    guard: 'one order for both journals within a boot',
    file: 'src/domain/journal/merge.ts',
    from: 'return left.monotonic <= right.monotonic',
    to: 'return left.wall <= right.wall',
  },
  {
    guard: 'no boot comes after the present one',
    file: 'src/agent/watchdog/memory.ts',
    from: 'new JournalHistory([world.journal, world.operators], world.boot)',
    to: 'new JournalHistory([world.journal, world.operators])',
  },
  {
    guard: 'one order for both journals across boots',
    file: 'src/domain/journal/merge.ts',
    from: 'if (leftWaits !== rightWaits) return rightWaits',
    to: '',
  },
  {
    guard: 'age of what lies in the future',
    file: FOLD,
    from: 'at.monotonic - Math.max(0, at.wall - wall)',
    to: 'at.monotonic - Math.abs(at.wall - wall) * 1e6',
  },
  {
    guard: 'refusals push out no restart',
    file: FOLD,
    from: 'history.toSpliced(history.findIndex(isAlike), 1)',
    to: 'history.toSpliced(0, 1)',
  },
  {
    guard: 'a crash makes no attempt undone',
    file: BEGIN,
    from: 'signalled: true,',
    to: 'signalled: success,',
  },
  {
    guard: 'history is taken over before anything is written',
    file: BEGIN,
    from: 'if (isNew) await takeOver(world, rules, memory)',
    to: '',
  },
  {
    guard: 'a history that cannot be read is not an empty one',
    file: BEGIN,
    from: "await record(world, memory, { type: 'guard_latched', churn: 0, window_ms, reason: 'state_unreadable' })",
    to: '',
  },
  {
    guard: 'latched before the file is put aside',
    file: BEGIN,
    from: "await record(world, memory, { type: 'guard_latched', churn: 0, window_ms, reason: 'state_unreadable' })\n  const aside = await world.putStateFileAside()",
    to: "const aside = await world.putStateFileAside()\n  await record(world, memory, { type: 'guard_latched', churn: 0, window_ms, reason: 'state_unreadable' })",
  },
  {
    guard: 'what was written is known',
    file: 'src/agent/watchdog/memory.ts',
    from: 'await memory.history.wrote(',
    to: 'await (',
  },
  {
    guard: 'open requests are not forgotten',
    file: 'src/domain/journal/requests.ts',
    from: '{ open: new Map(open).set(requestId, request), settled }',
    to: '{ open: new Map().set(requestId, request), settled }',
  },
]

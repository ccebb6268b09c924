/** Requests. */
import { BEGIN, CLAIM, TAKE_REQUEST, TICK } from './places.ts'
import type { Mutation } from './mutation.ts'

export const REQUESTS_GUARDS: readonly Mutation[] = [
  {
    guard: 'settled is not done again',
    file: CLAIM,
    from: 'if (previous !== null && (previous.outcome !== null || previous.attempted))',
    to: 'if (previous !== null && previous.requestId === null)',
  },
  {
    guard: 'attempted is not done again',
    file: CLAIM,
    from: '(previous.outcome !== null || previous.attempted)',
    to: 'previous.outcome !== null',
    equivalent: 'an attempt has its outcome before the next claim is looked at, also after a crash',
  },
  {
    guard: 'time to live',
    file: CLAIM,
    from: 'if (ageMs > requestTtlMs)',
    to: 'if (ageMs > requestTtlMs * 1e6)',
  },
  {
    guard: 'override is authenticated',
    file: CLAIM,
    from: 'override: trustFlags ? overrideOf(flag) : null',
    to: 'override: trustFlags || true ? overrideOf(flag) : null',
  },
  {
    guard: 'the machine overrides nothing',
    file: CLAIM,
    from: "if (flag.manual_override !== true || flag.source === 'auto') return null",
    to: 'if (flag.manual_override !== true) return null',
  },
  {
    guard: 'a borrowed id is not the request',
    file: CLAIM,
    from: 'const isBorrowed = recorded !== null && !isAuthentic',
    to: 'const isBorrowed = recorded !== null && recorded.rung === "service"',
  },
  {
    guard: 'says the same as recorded',
    file: CLAIM,
    from: 'const isAuthentic = recorded !== null && saysTheSame(flag, recorded)',
    to: 'const isAuthentic = recorded !== null',
  },
  {
    guard: 'what was recorded is read before it is judged',
    file: TAKE_REQUEST,
    from: "await (answer === 'none' ? memory.history.catchUp() : memory.history.catchUpBriefly())",
    to: '',
  },
  {
    guard: 'in a hurry too, what others wrote since is read',
    file: 'src/agent/store/journal-history.ts',
    from: 'this.#cursors.filter((cursor) => !cursor.isAsMarked())',
    to: 'this.#cursors.filter(({ isAtStart }) => isAtStart)',
  },
  {
    guard: 'settled only at the end',
    file: TAKE_REQUEST,
    from: 'if (wish !== null) return wish',
    to: 'if (wish !== null) await world.flags.settle(answer.claim)\n  if (wish !== null) return wish',
  },
  {
    guard: 'the claim of an unfinished look comes again',
    file: TAKE_REQUEST,
    from: 'const answer = memory.unsettled ?? (await claim(world, memory))',
    to: 'const answer = await claim(world, memory)',
  },
  {
    guard: 'claimed once',
    file: TAKE_REQUEST,
    from: '(known?.claimed ?? null) === null ? [claimed] : []',
    to: '[claimed]',
  },
  {
    guard: 'what was recorded has its time',
    file: TAKE_REQUEST,
    from: 'if (ageMs(state.clock, at, timeNow(world)) <= requestTtlMs) return null',
    to: '',
  },
  { guard: 'claims come again after a failure', file: BEGIN, from: 'world.flags.recall()', to: '' },
  {
    guard: 'forgotten requests are closed',
    file: TICK,
    from: "if (taken === 'none') await closeForgotten(world, rules, memory)",
    to: '',
  },
  {
    guard: 'what is claimed in work is not forgotten',
    file: TICK,
    from: "if (taken === 'none') await closeForgotten",
    to: 'if (taken !== null) await closeForgotten',
  },
]

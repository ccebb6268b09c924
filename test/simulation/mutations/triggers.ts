/** Triggers and what others do. */
import { ATTEMPT, NOTE_CHANGES, TRIGGERS } from './places.ts'
import type { Mutation } from './mutation.ts'

export const TRIGGERS_GUARDS: readonly Mutation[] = [
  { guard: 'looks in a row', file: TRIGGERS, from: 'counts[trigger] >= looks', to: 'counts[trigger] >= 1' },
  {
    guard: 'a good look begins anew',
    file: TRIGGERS,
    from: 'bad.target_failing ? state.counts.target_failing + 1 : 0',
    to: 'state.counts.target_failing + (bad.target_failing ? 1 : 0)',
  },
  { guard: 'off-switch', file: TRIGGERS, from: 'return enabled && counts', to: 'return counts' },
  {
    guard: 'start grace',
    file: TRIGGERS,
    from: 'return atMs - graceSinceMs < config.startGraceMs',
    to: 'return false',
  },
  {
    guard: 'no trigger without a master',
    file: TRIGGERS,
    from: 'if (!seen.masterAlive) return { state: { ...state, counts: NONE }, fired: [] }',
    to: '',
  },
  {
    guard: 'pool is exhausted',
    file: TRIGGERS,
    from: 'poolSaturation !== null && poolSaturation >= poolCritical',
    to: 'poolSaturation !== null && poolSaturation >= poolCritical / 4',
  },
  {
    guard: 'memory is above its limit',
    file: TRIGGERS,
    from: '(bytes) => bytes >= limit',
    to: '(bytes) => bytes >= limit / 4',
  },
  {
    guard: 'an answer that cannot be read is an answer',
    file: TRIGGERS,
    from: "return outcome.reason !== 'malformed'",
    to: 'return true',
  },
  {
    guard: 'probes count from when they were asked',
    file: NOTE_CHANGES,
    from: 'atMs: memory.probedAt ?? 0,',
    to: 'atMs: memory.probedAt === null ? 0 : Number.MAX_SAFE_INTEGER,',
  },
  {
    guard: 'a probe asked before a start says nothing of it',
    file: NOTE_CHANGES,
    from: 'if (isOfThisStart(memory)) countLook',
    to: 'countLook',
  },
  {
    guard: 'own restarts begin the grace anew',
    file: ATTEMPT,
    from: 'memory.triggers = afterStart(now)\n  memory.fired = []',
    to: '',
  },
  {
    guard: 'a probe asked before an own restart says nothing after it',
    file: ATTEMPT,
    from: 'memory.probe = null',
    to: '',
  },
  {
    guard: 'restarts by others are recorded',
    file: NOTE_CHANGES,
    from: 'crew.external !== null && now >= memory.quietUntil',
    to: 'crew.external !== null && now < 0',
  },
  {
    guard: 'restarts by others begin the grace anew',
    file: NOTE_CHANGES,
    from: 'memory.triggers = afterStart(now)\n    memory.fired = []',
    to: '',
  },
]

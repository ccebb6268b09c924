/** The states of the policy in words, and what each means: the same wherever one is shown. */
import type { PolicyState } from '../schemas/health.ts'

export const STATE_WORDS: Readonly<Record<PolicyState, string>> = {
  allowed: 'Self-healing on',
  cooldown: 'Cooling down',
  circuit_gated: 'Waiting for the circuit',
  guarded: 'Guarded: needs you',
  paused: 'Paused by an operator',
  restarting: 'Restarting workers',
}

export const STATE_MEANINGS: Readonly<Record<PolicyState, string>> = {
  allowed: 'The watchdog may restart the workers when a trigger holds.',
  cooldown: 'The last attempt was a moment ago; the next automatic one waits for the cooldown.',
  circuit_gated: 'The breaker is not closed: a restart cannot mend a dead dependency.',
  guarded: 'No restart until an operator releases the guard, or overrides it once.',
  paused: 'Automatic restarts are off until an operator resumes them.',
  restarting: 'One restart at a time: this one is being verified.',
}

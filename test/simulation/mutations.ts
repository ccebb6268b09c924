/**
 * The guards, and how each is taken away. A simulation proves something only if it finds each of them missing: a
 * table of replacements, each of which must fit exactly once, so that it cannot outlive the code it speaks of.
 */
import { DECISION_GUARDS } from './mutations/decision.ts'
import { GUARD_GUARDS } from './mutations/guard.ts'
import { HISTORY_GUARDS } from './mutations/history.ts'
import { MASTER_GUARDS } from './mutations/master.ts'
import { PORTS_GUARDS } from './mutations/ports.ts'
import { REQUESTS_GUARDS } from './mutations/requests.ts'
import { RESTART_GUARDS } from './mutations/restart.ts'
import { SURVIVAL_GUARDS } from './mutations/survival.ts'
import { TRIGGERS_GUARDS } from './mutations/triggers.ts'
import type { Mutation } from './mutations/mutation.ts'

/** In the order in which a restart meets them, which is the order of the table in docs/simulation.md. */
export const MUTATIONS: readonly Mutation[] = [
  ...DECISION_GUARDS,
  ...HISTORY_GUARDS,
  ...GUARD_GUARDS,
  ...RESTART_GUARDS,
  ...MASTER_GUARDS,
  ...REQUESTS_GUARDS,
  ...TRIGGERS_GUARDS,
  ...SURVIVAL_GUARDS,
  ...PORTS_GUARDS,
]

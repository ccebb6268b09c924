/** Everything that the environment may do between two steps of the watchdog: one table of acts, by how often. */
import { HOST_ACTS } from './acts-host.ts'
import { OPERATOR_ACTS } from './acts-operator.ts'
import { TARGET_ACTS } from './acts-target.ts'
import { FLAG_ACTS } from './acts-flags.ts'
import type { Act } from './act.ts'

export const ACTS = {
  ...FLAG_ACTS,
  ...OPERATOR_ACTS,
  ...TARGET_ACTS,
  ...HOST_ACTS,
} as const satisfies Record<string, Act>
export type ActName = keyof typeof ACTS

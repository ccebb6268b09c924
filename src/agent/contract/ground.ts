import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { HostRoot } from './host-root.ts'

/** What all parts of one check have in common. */
export interface Ground {
  readonly host: HostRoot
  readonly contract: RuntimeContract
  /** As a path of that host. */
  readonly contractFile: string
}

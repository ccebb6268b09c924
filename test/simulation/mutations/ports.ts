/** What the world's ports have to promise. */
import type { Mutation } from './mutation.ts'

export const PORTS_GUARDS: readonly Mutation[] = [
  {
    guard: 'port: one watchdog at a time',
    file: 'test/simulation/world-lock.ts',
    from: 'if (this.#holder !== null) return false',
    to: '',
  },
  {
    guard: 'port: a claim takes the flag away',
    file: 'test/simulation/world-flags.ts',
    from: 'this.flag = null\n    this.claims.set',
    to: 'this.claims.set',
  },
  {
    guard: 'port: compared at the signal',
    file: 'test/simulation/world-processes.ts',
    from: "return isProcess(process, identity) ? 'same' : 'other_process'",
    to: "return 'same'",
  },
  {
    guard: 'port: a hold on the process',
    file: 'test/simulation/world-processes.ts',
    from: "if (!process.isAlive) return table.has(identity.pid) ? 'other_process' : 'gone'",
    to: "if (!process.isAlive) return table.has(identity.pid) ? 'same' : 'gone'",
  },
]

/** One promise, watched by a bystander: told what happened, it says what is broken, or nothing. */
import type { Fact } from '../facts.ts'

export interface Checker {
  /** As the promise reads. */
  readonly name: string
  /** After each step, for each thing that happened in it; `now` is true time. */
  see(fact: Fact, now: number): string | null
  /** When the world has been left in peace for long enough. */
  atRest?(): string | null
}

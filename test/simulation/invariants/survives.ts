import type { Fact } from '../facts.ts'
import type { Checker } from './checker.ts'

/** Whatever its world does, the watchdog goes on: it ends when it is told to, and no error ends it. */
export class Survives implements Checker {
  readonly name = 'the watchdog survives'

  see(fact: Fact): string | null {
    if (fact.kind !== 'ended' || fact.error === null) return null
    return `it ended with ${fact.error instanceof Error ? (fact.error.stack ?? fact.error.message) : String(fact.error)}`
  }
}

import { hash } from 'node:crypto'
import { GENESIS, verifyChain, type ChainAnchor } from '#domain/journal/chain.ts'
import type { Fact } from '../facts.ts'
import type { Checker } from './checker.ts'

const sha256 = (text: string) => hash('sha256', text, 'hex')

/** AU2: each journal's chain fits, row by row, by another implementation than the one that wrote it. */
export class ChainsFit implements Checker {
  readonly name = 'the chains verify'
  readonly #last: Record<'watchdog' | 'operators', ChainAnchor> = { watchdog: GENESIS, operators: GENESIS }

  see(fact: Fact): string | null {
    if (fact.kind !== 'row') return null
    const verdict = verifyChain([fact.row], sha256, this.#last[fact.journal])
    if (!verdict.ok) return `the journal of ${fact.journal}: ${verdict.detail}`
    this.#last[fact.journal] = verdict.last
    return null
  }
}

/**
 * A stored chain held against what the log stream tells of it (AU2). A chain that was rewritten whole, or cut at
 * its end together with its marker, fits to itself; the log still has the hashes of what was there.
 *
 * The log may have lost lines and forgotten old ones: a row without a line proves nothing, and is only counted. A
 * history that was begun anew starts at row 1 again; then the newest one is compared, and the earlier must be
 * accounted for by files that were kept aside.
 */
import type { ChainAnchor } from '../journal/chain.ts'
import type { JournalRow } from '../journal/events.ts'
import type { LoggedRow } from './log-line.ts'

export type LogFault = 'log_differs' | 'log_cut_off' | 'log_conflict' | 'history_replaced' | 'nothing_logged'

export interface LogVerdict {
  /** Stored rows whose hash the log has too. */
  readonly compared: number
  /** Stored rows of which the log says nothing (any more). */
  readonly notLogged: number
  /** Where earlier histories ended that the log tells of. */
  readonly earlier: readonly number[]
  readonly fault: { readonly seq: number | null; readonly kind: LogFault; readonly detail: string } | null
}

interface Compared {
  readonly differs: number | null
  readonly last: number
  readonly compared: number
  readonly notLogged: number
  readonly aside: number
}

/** Everything that the log tells of one journal; some hundred bytes a row. */
export class LoggedChain {
  readonly #hashes = new Map<number, string>()
  #last = 0
  #conflict: number | null = null
  /** Of histories before the present one: where each ended. */
  readonly #earlierEnds: number[] = []

  accept({ seq, hash }: LoggedRow): void {
    if (seq === 1 && this.#last > 0 && this.#hashes.get(1) !== hash) this.#beginAnew()
    const known = this.#hashes.get(seq)
    if (known !== undefined && known !== hash) this.#conflict ??= seq
    if (known === undefined) this.#hashes.set(seq, hash)
    this.#last = Math.max(this.#last, seq)
  }

  /** `anchor`: what the stored rows begin after; `aside`: how many files of earlier histories are kept. */
  compare(rows: Iterable<JournalRow>, anchor: ChainAnchor, aside: number): LogVerdict {
    let compared = 0
    let notLogged = 0
    let last = anchor.seq
    let differs = this.#differs(anchor) ? anchor.seq : null
    for (const row of rows) {
      last = Math.max(last, row.seq)
      if (this.#hashes.has(row.seq)) compared += 1
      else notLogged += 1
      if (this.#differs(row)) differs ??= row.seq
    }
    return {
      compared,
      notLogged,
      earlier: this.#earlierEnds,
      fault: this.#fault({ differs, last, compared, notLogged, aside }),
    }
  }

  #differs({ seq, hash }: ChainAnchor): boolean {
    const logged = this.#hashes.get(seq)
    return logged !== undefined && logged !== hash
  }

  #fault({ differs, last, compared, notLogged, aside }: Compared): LogVerdict['fault'] {
    if (this.#conflict !== null) {
      const detail = `the log has two different rows ${this.#conflict}`
      return { seq: this.#conflict, kind: 'log_conflict', detail }
    }
    if (differs !== null) {
      const detail = `row ${differs} is another than the one that was logged when it was written`
      return { seq: differs, kind: 'log_differs', detail }
    }
    if (this.#last > last) {
      const detail = `the journal ends with row ${last}; the log knows of row ${this.#last}`
      return { seq: last + 1, kind: 'log_cut_off', detail }
    }
    if (this.#earlierEnds.length > aside) {
      const ends = this.#earlierEnds.join(', ')
      const detail = `the log tells of an earlier history up to row ${ends}, and no file of it was kept aside`
      return { seq: null, kind: 'history_replaced', detail }
    }
    if (compared === 0 && notLogged > 0) {
      return {
        seq: null,
        kind: 'nothing_logged',
        detail: 'the log has no line of any row: nothing was compared',
      }
    }
    return null
  }

  #beginAnew(): void {
    this.#earlierEnds.push(this.#last)
    this.#hashes.clear()
    this.#last = 0
  }
}

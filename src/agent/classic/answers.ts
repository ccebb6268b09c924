/**
 * What came of a form, until the page that follows it has shown it: the browser is sent on (303), so that looking again sends
 * nothing again. The latest of each session, of as many sessions as there may be.
 */
import type { ClassicAnswer } from './facts.ts'

const HOLDERS_LIMIT = 200

export class ClassicAnswers {
  readonly #kept = new Map<string, { readonly key: string; readonly answer: ClassicAnswer }>()

  keep(holder: string, key: string, answer: ClassicAnswer): void {
    this.#kept.delete(holder)
    this.#kept.set(holder, { key, answer })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > HOLDERS_LIMIT && oldest !== undefined) this.#kept.delete(oldest)
  }

  /** Only to the session whose it is, and only for the form that the address names. */
  find(holder: string, key: string): ClassicAnswer | null {
    const kept = this.#kept.get(holder)
    return kept?.key === key ? kept.answer : null
  }
}

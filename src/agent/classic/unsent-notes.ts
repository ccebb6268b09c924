/**
 * What somebody had typed in the console when it was taken out of service (SH3), for the forms of the classic page: in memory, for the
 * session whose it is, for an hour, and without secrets like everything that is kept of what people type (AU5).
 */
import type { UnsentBody } from '#domain/schemas/unsent-api.ts'
import type { DurationMs } from '#domain/time.ts'
import { cleanReason } from '#agent/operator/words.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { FormAct, UnsentTexts } from './facts.ts'

/** As many as there may be sessions. */
const HOLDERS_LIMIT = 200
const KEPT_MS: DurationMs = 3_600_000

const FIELDS = {
  override_reason: ['override', 'reason'],
  override_name: ['override', 'typed'],
  guard_release_reason: ['guard-release', 'reason'],
  pause_reason: ['pause', 'reason'],
  resume_reason: ['resume', 'reason'],
  navigation_reason: ['navigation', 'reason'],
} as const satisfies Record<keyof UnsentBody, readonly [FormAct, string]>

export class UnsentNotes {
  readonly #clock: Pick<Clock, 'monotonicNow'>
  readonly #kept = new Map<string, { readonly texts: UnsentTexts; readonly until: number }>()

  constructor(clock: Pick<Clock, 'monotonicNow'>) {
    this.#clock = clock
  }

  /** Beside what another tab of the session has handed over; for the same field the last one counts. */
  keep(holder: string, body: UnsentBody): void {
    const texts: Partial<Record<FormAct, Record<string, string>>> = { ...this.find(holder) }
    for (const [name, [act, field]] of Object.entries(FIELDS)) {
      const text = cleanReason(body[name as keyof UnsentBody] ?? '')
      if (text !== '') texts[act] = { ...texts[act], [field]: text }
    }
    this.#put(holder, texts)
  }

  find(holder: string): UnsentTexts {
    const kept = this.#kept.get(holder)
    return kept === undefined || this.#clock.monotonicNow() >= kept.until ? {} : kept.texts
  }

  /** It has been sent. */
  sent(holder: string, act: FormAct): void {
    const others = Object.entries(this.find(holder)).filter(([one]) => one !== act)
    this.#put(holder, Object.fromEntries(others))
  }

  #put(holder: string, texts: UnsentTexts): void {
    this.#kept.delete(holder)
    if (Object.keys(texts).length === 0) return
    this.#kept.set(holder, { texts, until: this.#clock.monotonicNow() + KEPT_MS })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > HOLDERS_LIMIT && oldest !== undefined) this.#kept.delete(oldest)
  }
}

import { type ProbeColumns, firstAtOrAfter } from '#domain/metrics/columns.ts'
import type { EpochMs } from '#domain/time.ts'

interface ProbeArrays {
  t: EpochMs[]
  ok: boolean[]
  latencyMs: (number | null)[]
  reason: (string | null)[]
}

/** Probes are few and carry text: plain arrays, replaced as a whole. */
export class ProbeRows {
  #rows: ProbeArrays = { t: [], ok: [], latencyMs: [], reason: [] }
  readonly #rowsMax: number

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax
  }

  append(page: ProbeColumns): void {
    const held = this.#rows
    this.#rows = {
      t: [...held.t, ...Array.from(page.t)],
      ok: [...held.ok, ...Array.from(page.ok)],
      latencyMs: [...held.latencyMs, ...Array.from(page.latencyMs)],
      reason: [...held.reason, ...Array.from(page.reason)],
    }
    this.#keepFrom(Math.max(0, this.#rows.t.length - this.#rowsMax))
  }

  forgetBefore(instant: EpochMs): void {
    this.#keepFrom(firstAtOrAfter(this.#rows.t, instant))
  }

  clear(): void {
    this.#keepFrom(this.#rows.t.length)
  }

  columns(): ProbeColumns {
    return this.#rows
  }

  #keepFrom(start: number): void {
    if (start === 0) return
    const { t, ok, latencyMs, reason } = this.#rows
    this.#rows = {
      t: t.slice(start),
      ok: ok.slice(start),
      latencyMs: latencyMs.slice(start),
      reason: reason.slice(start),
    }
  }
}

/**
 * What the check of the runtime contract has found, for all who ask: one check at a time, kept for a while, its age told
 * (ADR 0029). Who has just mended something asks for a new one, and gets it, though not more often than it can be made.
 */
import { appliedDrift, mayApplyDrift, type AppliedDrift } from '#domain/contract/restart-drift.ts'
import type { Rung } from '#domain/journal/events.ts'
import { shownItem, type ContractReport } from '#domain/schemas/contract-api.ts'
import { isoText, type DurationMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { ContractCheck } from '#agent/ports/contract-check.ts'
import type { Settings } from '#agent/settings/settings.ts'

interface ContractViewParts {
  readonly settings: Pick<Settings, 'config' | 'contract'>
  readonly check: ContractCheck
  readonly clock: Clock
}

const KEPT_MS: DurationMs = 30_000
/** Whoever collects figures asks day and night, and a check costs a process: in this time, one. */
const COUNTED_EVERY_MS: DurationMs = 5 * 60_000
/** Who asks anew again and again makes no storm. */
const NEWEST_MS: DurationMs = 2_000

export class ContractView {
  readonly #parts: ContractViewParts
  readonly #stopped = new AbortController()
  #made: { readonly report: ContractReport; readonly at: number } | null = null
  #making: Promise<ContractReport> | null = null

  constructor(parts: ContractViewParts) {
    this.#parts = parts
  }

  /** `anew`: not one from before the question, but for one of these seconds. */
  async read(anew = false): Promise<ContractReport> {
    const now = this.#parts.clock.monotonicNow()
    const limit = anew ? NEWEST_MS : KEPT_MS
    if (this.#made !== null && now - this.#made.at < limit) return this.#aged(this.#made)
    // One that is under way may have begun before the mend: whoever asks anew waits for the next one.
    if (anew && this.#making !== null) await this.#making.catch(() => null)
    this.#making ??= this.#make().finally(() => (this.#making = null))
    return this.#making
  }

  /**
   * How much has drifted, for the figures: of a check that is a few minutes old, and never waited for, since an answer with
   * all other figures must not hang on it. null: not known.
   */
  findings(): number | null {
    const now = this.#parts.clock.monotonicNow()
    const age = this.#made === null ? Infinity : now - this.#made.at
    if (age >= COUNTED_EVERY_MS) {
      this.#making ??= this.#make().finally(() => (this.#making = null))
      this.#making.catch(() => null)
    }
    // The next one is overdue: what was found then may no longer be so.
    if (this.#made === null || age >= 2 * COUNTED_EVERY_MS) return null
    return this.#made.report.items.filter(({ state }) => state === 'drift').length
  }

  /** For the policy: null where a restart of this rung puts nothing into force that differs. */
  async driftOf(rung: Rung): Promise<AppliedDrift | null> {
    if (!mayApplyDrift(rung)) return null
    const { items, target_unit: unit, enforced } = await this.read(true)
    if (appliedDrift(items, { rung, unit }).length === 0) return null
    return enforced ? 'refuses' : 'warns'
  }

  stop(): void {
    this.#stopped.abort()
  }

  async #make(): Promise<ContractReport> {
    const { check, clock, settings } = this.#parts
    const from = clock.monotonicNow()
    const { contract_version: version, items } = await check(this.#stopped.signal)
    const at = clock.monotonicNow()
    const report: ContractReport = {
      checked_at: isoText(clock.wallNow()),
      age_ms: 0,
      took_ms: Math.round(at - from),
      file: settings.contract.file,
      contract_version: version,
      enforced: settings.config.values['contract.enforce'],
      target_unit: settings.contract.contract.units.target,
      items: items.map(shownItem),
    }
    this.#made = { report, at }
    return report
  }

  #aged({ report, at }: { readonly report: ContractReport; readonly at: number }): ContractReport {
    return { ...report, age_ms: Math.round(this.#parts.clock.monotonicNow() - at) }
  }
}

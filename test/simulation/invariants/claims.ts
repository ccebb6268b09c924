import { isDeepStrictEqual } from 'node:util'
import type { RestartAsk } from '#domain/journal/events.ts'
import type { Fact, RowFact, WatchdogId } from '../facts.ts'
import type { FlagFile } from '../world-flags.ts'
import type { Checker } from './checker.ts'
import type { Ledger } from './ledger.ts'

interface InWork {
  readonly claim: string
  readonly flag: FlagFile
  readonly ageMs: number
}

/**
 * WD7, WD12: a claim is removed only when its request has its end; one that was too old when it was claimed is not
 * carried out; an override counts when an authenticated person recorded it, and then always.
 */
export class ClaimsAreKept implements Checker {
  readonly name = 'a claim is what was asked, and is kept until its end'
  readonly #ledger: Ledger
  readonly #inWork = new Map<WatchdogId, InWork>()
  readonly #claims = new Map<string, InWork>()
  readonly #ended = new Set<string>()
  readonly #recorded = new Map<string, RestartAsk>()
  #taken = new Map<FlagFile, string>()
  readonly #requestOf = new Map<string, string>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  see(fact: Fact): string | null {
    switch (fact.kind) {
      case 'claimed':
        return this.#claimed(fact)
      case 'wall_clock_set':
        this.#growYounger(fact.byMs)
        return null
      case 'rebooted':
        // A rename that had not reached the disk is undone: then the flag is there once more.
        this.#taken = new Map()
        return null
      case 'claim_removed':
        return this.#removed(fact.claim)
      case 'row':
        return this.#row(fact)
      default:
        return null
    }
  }

  #claimed(fact: Extract<Fact, { kind: 'claimed' }>): string | null {
    const { by, claim, flag } = fact
    this.#inWork.set(by, fact)
    this.#claims.set(claim, fact)
    const before = this.#taken.get(flag) ?? claim
    this.#taken.set(flag, claim)
    return before === claim ? null : `one flag is claimed twice, as ${before} and ${claim}`
  }

  /** A file has the time of the wall clock alone: set back before it is judged, that makes it a young one. */
  #growYounger(byMs: number): void {
    if (byMs >= 0) return
    for (const [by, inWork] of this.#inWork) this.#inWork.set(by, { ...inWork, ageMs: inWork.ageMs + byMs })
  }

  #removed(claim: string): string | null {
    const known = this.#claims.get(claim)
    if (known === undefined) return null
    const own = `flag-${claim.slice(-36)}`
    const named = namedIn(known.flag.content)
    return this.#ended.has(own) || this.#ended.has(named)
      ? null
      : `the claim of ${named} is removed before its end`
  }

  #row({ row: { event }, by }: RowFact): string | null {
    switch (event.type) {
      case 'request_recorded':
        this.#recorded.set(event.ask.request_id, event.ask)
        return null
      case 'request_claimed':
        return event.ask.actor.name.startsWith('watchdog:')
          ? null
          : this.#authority(event, this.#inWork.get(by))
      case 'intent':
        this.#requestOf.set(event.attempt_id, event.ask.request_id)
        return this.#intent(event, this.#inWork.get(by))
      case 'outcome':
        this.#ended.add(this.#requestOf.get(event.attempt_id) ?? '')
        return null
      case 'request_refused':
        this.#ended.add(event.ask.request_id)
        return null
      case 'request_ended':
        this.#ended.add(event.request_id)
        return null
      default:
        return null
    }
  }

  #authority({ ask }: EventOf<'request_claimed'>, inWork: InWork | undefined): string | null {
    if (ask.source === 'auto' && ask.override !== null)
      return 'a request that calls itself automatic overrides'
    const recorded = this.#recorded.get(ask.request_id)
    if (recorded !== undefined && !isDeepStrictEqual(ask.claimed, recorded.claimed)) {
      return `a flag that says something else is taken for ${ask.request_id}`
    }
    const authentic = inWork?.flag.authentic ?? null
    if (authentic === null) return null
    const isKept =
      ask.request_id === authentic.request_id && isDeepStrictEqual(ask.override, authentic.override)
    return isKept && ask.rung === authentic.rung
      ? null
      : `what ${authentic.actor.name} recorded as ${authentic.request_id} is not believed`
  }

  #intent({ ask, decision }: EventOf<'intent'>, inWork: InWork | undefined): string | null {
    if (ask.actor.name.startsWith('watchdog:')) {
      return ask.override === null && ask.rung === 'reload'
        ? null
        : 'the machine took more than the weakest rung'
    }
    if (inWork !== undefined && inWork.ageMs > this.#ledger.rules.requestTtlMs) {
      return `a flag that was ${inWork.ageMs} ms old when it was claimed is carried out`
    }
    if (decision.decision !== 'manual_override') return null
    if (!isComplete(ask.override)) return `an override without acknowledgement or reason: ${ask.request_id}`
    const isRecorded = isDeepStrictEqual(this.#recorded.get(ask.request_id)?.override, ask.override)
    return isRecorded || this.#ledger.rules.trustFlags
      ? null
      : `an override that nobody recorded: ${ask.request_id}`
  }
}

type EventOf<T extends RowFact['row']['event']['type']> = Extract<RowFact['row']['event'], { type: T }>

function isComplete(override: RestartAsk['override']): boolean {
  return override !== null && override.acknowledged && override.reason.trim() !== ''
}

function namedIn(content: string): string {
  try {
    return (JSON.parse(content) as { request_id?: string }).request_id ?? ''
  } catch {
    return '' // an empty flag, or garbage
  }
}

/**
 * The action ladder (WD16), weakest rung first: what each does, what it does not do, what stands before it,
 * and whether it is offered now. A stronger rung costs the service more, so it is offered only after the one
 * below was tried for the same trouble and did not help. The machine itself never leaves the first rung.
 */
import { RUNGS, type Rung } from '../journal/events.ts'

export interface RungWords {
  readonly name: string
  readonly effect: string
  readonly doesNot: string
  readonly guard: string
}

const EVERY_GUARD = 'the policy, the master’s identity, and the preflight'

export const RUNG_WORDS: Readonly<Record<Rung, RungWords>> = {
  reload: {
    name: 'graceful reload',
    effect:
      'SIGHUP: the master starts new workers with the configuration and code of today; old ones finish.',
    doesNot: 'It keeps the master and its socket, and with preload_app the old code too.',
    guard: `Behind ${EVERY_GUARD}.`,
  },
  roll: {
    name: 'rolling replacement',
    effect:
      'TTIN, then TTOU, for each old worker: the next one goes only when its successor is there, so the service never has fewer workers.',
    doesNot: 'It reads no new configuration, and with preload_app it keeps the old code.',
    guard: `Behind ${EVERY_GUARD}; offered when a reload did not help.`,
  },
  service: {
    name: 'restart of the service',
    effect: 'systemctl restart: systemd ends master and workers and starts the service anew, all of it.',
    doesNot: 'It does not keep the port open: nobody answers until the new workers are there.',
    guard: `Behind ${EVERY_GUARD}, and a polkit rule for this unit; offered when a rolling replacement did not help.`,
  },
}

/** A rung that was acted on and came to its end, oldest first. */
export interface TriedRung {
  readonly rung: Rung
  /** New workers came and the target answered. */
  readonly success: boolean
  /** null: nothing was wrong before it, or nobody could tell. */
  readonly helped: boolean | null
}

export type ServiceRung =
  | { readonly kind: 'available' }
  | { readonly kind: 'unavailable'; readonly detail: string }

export interface LadderInput {
  /** Of the policy's window: what was tried yesterday says nothing of today's trouble. */
  readonly tried: readonly TriedRung[]
  readonly service: ServiceRung
}

export interface RungOffer {
  readonly rung: Rung
  readonly offered: boolean
  readonly reason: 'weakest_rung' | 'weaker_did_not_help' | 'weaker_comes_first' | 'unavailable'
  /** For people, as part of a sentence. */
  readonly because: string
}

export function ladder({ tried, service }: LadderInput): RungOffer[] {
  const reach = 1 + Math.max(-1, ...inVain(tried).map(({ rung }) => RUNGS.indexOf(rung)))
  return RUNGS.map((rung, index) => {
    if (rung === 'service' && service.kind === 'unavailable') {
      return { rung, offered: false, reason: 'unavailable', because: service.detail }
    }
    const weaker = RUNGS[index - 1]
    if (weaker === undefined) {
      return { rung, offered: true, reason: 'weakest_rung', because: 'it is the weakest' }
    }
    const { name } = RUNG_WORDS[weaker]
    return index <= reach
      ? { rung, offered: true, reason: 'weaker_did_not_help', because: `the ${name} did not help` }
      : { rung, offered: false, reason: 'weaker_comes_first', because: `the ${name} was not tried in vain` }
  })
}

export type RungRefusal = 'rung_not_offered' | 'rung_unavailable'

/** null: it may be begun. An override passes the order of the rungs; nothing passes what cannot be done. */
export function rungRefusal(
  input: LadderInput & { readonly rung: Rung; readonly overridden: boolean },
): { readonly reason: RungRefusal; readonly detail: string } | null {
  const offer = ladder(input).find(({ rung }) => rung === input.rung)
  if (offer === undefined || offer.offered) return null
  const { name } = RUNG_WORDS[offer.rung]
  if (offer.reason === 'unavailable') {
    return { reason: 'rung_unavailable', detail: `the ${name} cannot be done here: ${offer.because}` }
  }
  if (input.overridden) return null
  return { reason: 'rung_not_offered', detail: `the ${name} is not offered yet: ${offer.because}` }
}

/**
 * The last ones in a row that did not help. One that nobody could judge neither adds to the row nor ends it,
 * as with the recommendation (WD14); one that could not even be verified did not help.
 */
function inVain(tried: readonly TriedRung[]): TriedRung[] {
  const lastHelp = tried.findLastIndex(({ success, helped }) => success && helped === true)
  return tried.slice(lastHelp + 1).filter(({ success, helped }) => !success || helped === false)
}

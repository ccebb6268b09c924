import type { JournalEvent, MasterIdentity } from '#domain/journal/events.ts'
import type { WatchdogRules } from '#agent/watchdog/rules.ts'
import type { Fact, WatchdogId } from '../facts.ts'
import type { Checker } from './checker.ts'

interface Watching {
  /** The target's master at the end of the last look; null: none was seen by this process yet. */
  known: MasterIdentity | null
  /** What was seen last since the last rest, at one look or more; undefined: nothing yet. */
  current: MasterIdentity | null | undefined
  /** When first: where flags follow each other closely, or it stands still, the next rest comes much later. */
  seenAt: number
  /** The pid file names somebody; whoever is sighted without that is only asked whether he lives. */
  isNamed: boolean
  /** This look met a failing port, or an attempt of its own: then what it saw says nothing of others. */
  isDisturbed: boolean
  /** The master of the last such record since the last rest. */
  recorded: MasterIdentity | null
  quietUntil: number
  /** Its own attempt that has no outcome yet. */
  attempting: string | null
}

/** WD15: another master between two looks of one watchdog, not of its own doing, is recorded as somebody's restart. */
export class ExternalsAreSeen implements Checker {
  readonly name = 'restarts by others are recorded'
  readonly #rules: WatchdogRules
  readonly #watching = new Map<WatchdogId, Watching>()

  constructor(rules: WatchdogRules) {
    this.#rules = rules
  }

  see(fact: Fact, now: number): string | null {
    if (fact.kind === 'suspended') {
      // The watchdog's own clock stood still meanwhile, and its patience with it.
      for (const watching of this.#watching.values()) watching.quietUntil = now + QUIET_MS
    }
    if (!('by' in fact)) return null
    const watching = this.#of(fact.by)
    switch (fact.kind) {
      case 'pid_file_read':
        if (fact.pid === null) watching.current ??= null
        watching.isNamed = fact.pid !== null
        return null
      case 'sighted':
        if (watching.isNamed) sighted(watching, targetsOwn(fact.master, this.#rules), now)
        watching.isNamed = false
        return null
      case 'port_failed':
        watching.isDisturbed = true
        return null
      case 'row':
        this.#row(watching, fact.row.event, now)
        return null
      case 'rested':
        return this.#rest(watching)
      default:
        return null
    }
  }

  #row(watching: Watching, event: JournalEvent, now: number): void {
    const { type } = event
    if (type === 'external_restart') watching.recorded = event.master
    // It has begun anew, and remembers nobody.
    if (type === 'watchdog_started') watching.known = null
    if (type === 'intent') watching.attempting = event.attempt_id
    if (type === 'outcome') {
      // Whoever is there after a restart of its own came of that.
      const isItsOwn = event.signalled && event.attempt_id === watching.attempting
      if (isItsOwn) watching.known = watching.current ?? watching.known
      // What was sighted for an attempt that a process before began is no look of this one.
      watching.current = undefined
    }
    if (type === 'intent' || type === 'outcome' || type === 'watchdog_started') {
      watching.isDisturbed = true
      // What a restart of its own was to bring about may still come.
      if (type !== 'watchdog_started') watching.quietUntil = now + QUIET_MS
    }
  }

  #rest(watching: Watching): string | null {
    const { known, isDisturbed, recorded, quietUntil, seenAt } = watching
    const current = watching.current ?? null
    const isOther = known !== null && current !== null && !isSame(known, current)
    watching.known = recorded ?? current ?? known
    watching.current = undefined
    watching.isDisturbed = false
    watching.recorded = null
    const isMissed = isOther && !isDisturbed && recorded === null && seenAt > quietUntil
    return isMissed ? `master ${known.pid} became ${current.pid}, and nobody wrote it down` : null
  }

  #of(by: WatchdogId): Watching {
    const watching = this.#watching.get(by) ?? {
      known: null,
      current: undefined,
      seenAt: 0,
      isNamed: false,
      isDisturbed: true,
      recorded: null,
      quietUntil: 0,
      attempting: null,
    }
    this.#watching.set(by, watching)
    return watching
  }
}

/** The longest time for which a restart of one's own may still come true. */
const QUIET_MS = 60_000

function sighted(watching: Watching, master: MasterIdentity | null, now: number): void {
  const { current } = watching
  if (master === null || (current !== undefined && current !== null && isSame(current, master))) {
    watching.current ??= null
    return
  }
  watching.current = master
  watching.seenAt = now
}

type Sighting = Extract<Fact, { kind: 'sighted' }>['master']

function targetsOwn(master: Sighting, rules: WatchdogRules): MasterIdentity | null {
  if (master === null) return null
  const [prefix] = rules.master.prefixes
  const hasOlderChildren = master.workers.some(({ startTicks }) => startTicks < master.identity.start_ticks)
  const isOurs =
    (master.forkOf === null || master.upgradeOf !== null) &&
    master.uid === rules.master.uid &&
    master.identity.exe.startsWith(`${prefix}/`)
  return isOurs && master.cmdline.includes(`${prefix}/bin/gunicorn`) && !hasOlderChildren
    ? master.identity
    : null
}

function isSame(one: MasterIdentity, other: MasterIdentity): boolean {
  return one.pid === other.pid && one.start_ticks === other.start_ticks && one.boot === other.boot
}

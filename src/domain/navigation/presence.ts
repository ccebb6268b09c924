/**
 * Who has left when the console was taken out of service (SH6): what open tabs say of themselves, counted. A tab is here as
 * long as it was heard of lately; one that falls silent is gone, and not outstanding. All of it is hearsay of
 * browsers: whoever sends made-up tabs can only make the row of those who have not signed in useless, which is
 * why that is a row of its own with a bound of its own.
 */
import type { DurationMs } from '../time.ts'

/** The request header in which a tab says that it is here, or as its last word how it left. */
export const TAB_HEADER = 'Holdfast-Tab'
export const LEASE_MS: DurationMs = 15_000
export const SIGNED_IN_TABS_LIMIT = 1000
export const GUEST_TABS_LIMIT = 200
/** Of one session or token. */
export const TABS_PER_HOLDER_LIMIT = 100

export const TAB_ENDINGS = ['obeyed', 'closed'] as const
export type TabEnding = (typeof TAB_ENDINGS)[number]

export interface TabWord {
  readonly id: string
  /** null: it is here. */
  readonly end: TabEnding | null
}

export interface TabTally {
  readonly seen: number
  readonly obeyed: number
  /** Closed, or silent for longer than the lease: nobody looks at the console there. */
  readonly gone: number
  readonly outstanding: number
  /** More came than are counted. */
  readonly more: boolean
}

/** From where the switch was seen engaged to where it was seen released; times are of the clock that was passed in. */
export interface LeavingRound {
  readonly engagedAt: number
  readonly releasedAt: number | null
  readonly signedIn: TabTally
  readonly guests: TabTally
  /** One is out when none of its tabs is outstanding. */
  readonly sessions: TabTally
  readonly lastObeyedAt: number | null
  readonly oldest: { readonly signedIn: boolean; readonly since: number; readonly heardAt: number } | null
}

export interface PresenceReport {
  readonly open: { readonly signedIn: number; readonly guests: number; readonly sessions: number }
  /** The one that goes on, or the last one. */
  readonly round: LeavingRound | null
}

interface Tab {
  /** The session that it was last heard of in; null: nobody had signed in. */
  holder: string | null
  /** Since when it is to leave, or is here. */
  since: number
  heardAt: number
  end: TabEnding | null
}

const FORM = /^([0-9a-f]{32})(?:; (obeyed|closed))?$/

/** What has another form says nothing: it must not keep a tab from its verdict. */
export function readTabWord(header: string | null): TabWord | null {
  const [, id, end] = FORM.exec(header ?? '') ?? []
  return id === undefined ? null : { id, end: TAB_ENDINGS.find((one) => one === end) ?? null }
}

export function tabWordText({ id, end }: TabWord): string {
  return end === null ? id : `${id}; ${end}`
}

export class TabPresence {
  readonly #tabs = new Map<string, Tab>()
  #engagedAt: number | null = null
  #lastObeyedAt: number | null = null
  #more = { signedIn: false, guests: false }
  #last: LeavingRound | null = null

  /** What the files say now: the first look that finds another answer begins or ends a round. */
  switched(isEngaged: boolean, now: number): void {
    if (isEngaged === (this.#engagedAt !== null)) return
    if (isEngaged) this.#begin(now)
    else this.#end(now)
  }

  /** To be said after what the files say at that moment, else who obeys at once is too early. */
  heard({ id, end }: TabWord, holder: string | null, now: number): void {
    // During a round each one is part of what is reported.
    if (this.#engagedAt === null) this.#forget((tab) => now - tab.heardAt >= LEASE_MS)
    const tab = this.#tabs.get(id) ?? this.#admit(id, end, holder, now)
    // Its last word is its last: what arrives after it was sent before it.
    if (tab === null || tab.end !== null) return
    if (!isHere(tab, now)) tab.since = now
    tab.heardAt = Math.max(tab.heardAt, now)
    if (tab.holder === null && holder !== null && this.#hasRoom(holder)) tab.holder = holder
    tab.end = end
    if (end === 'obeyed' && this.#engagedAt !== null) this.#lastObeyedAt = now
  }

  report(now: number): PresenceReport {
    const here = [...this.#tabs.values()].filter((tab) => isHere(tab, now))
    const signedIn = here.filter(({ holder }) => holder !== null)
    const sessions = new Set(signedIn.map(({ holder }) => holder)).size
    const open = { signedIn: signedIn.length, guests: here.length - signedIn.length, sessions }
    return { open, round: this.#engagedAt === null ? this.#last : this.#round(this.#engagedAt, now) }
  }

  /** Everything that is here at its beginning, and whatever comes until its end, belongs to it. */
  #begin(now: number): void {
    this.#forget((tab) => !isHere(tab, now))
    for (const tab of this.#tabs.values()) tab.since = now
    this.#engagedAt = now
    this.#lastObeyedAt = null
    this.#more = { signedIn: false, guests: false }
  }

  #end(now: number): void {
    if (this.#engagedAt !== null) this.#last = { ...this.#round(this.#engagedAt, now), releasedAt: now }
    this.#engagedAt = null
  }

  #round(engagedAt: number, now: number): LeavingRound {
    const tabs = [...this.#tabs.values()]
    const signedIn = tabs.filter(({ holder }) => holder !== null)
    const oldest = tabs
      .filter((tab) => isHere(tab, now))
      .toSorted((one, other) => one.since - other.since || one.heardAt - other.heardAt)[0]
    return {
      engagedAt,
      releasedAt: null,
      signedIn: tallyOf(
        signedIn.map((tab) => [tab]),
        { now, more: this.#more.signedIn },
      ),
      guests: tallyOf(
        tabs.filter(({ holder }) => holder === null).map((tab) => [tab]),
        { now, more: this.#more.guests },
      ),
      sessions: tallyOf([...Map.groupBy(signedIn, ({ holder }) => holder).values()], {
        now,
        more: this.#more.signedIn,
      }),
      lastObeyedAt: this.#lastObeyedAt,
      oldest:
        oldest === undefined
          ? null
          : { signedIn: oldest.holder !== null, since: oldest.since, heardAt: oldest.heardAt },
    }
  }

  /** null: there is no room for it, or nothing to count of a tab that was never here. */
  #admit(id: string, end: TabEnding | null, holder: string | null, now: number): Tab | null {
    if (end !== null && !(end === 'obeyed' && this.#engagedAt !== null)) return null
    if (!this.#hasRoom(holder)) {
      this.#more[holder === null ? 'guests' : 'signedIn'] = true
      return null
    }
    const tab: Tab = { holder, since: now, heardAt: now, end: null }
    this.#tabs.set(id, tab)
    return tab
  }

  #hasRoom(holder: string | null): boolean {
    const tabs = [...this.#tabs.values()]
    if (holder === null) return tabs.filter((tab) => tab.holder === null).length < GUEST_TABS_LIMIT
    const own = tabs.filter((tab) => tab.holder === holder).length
    const signedIn = tabs.filter((tab) => tab.holder !== null).length
    return own < TABS_PER_HOLDER_LIMIT && signedIn < SIGNED_IN_TABS_LIMIT
  }

  #forget(which: (tab: Tab) => boolean): void {
    for (const [id, tab] of this.#tabs) if (which(tab)) this.#tabs.delete(id)
  }
}

function isHere({ end, heardAt }: Tab, now: number): boolean {
  return end === null && now - heardAt < LEASE_MS
}

/** Each group counts as one: out when none of it is here any more, by obedience if one obeyed. */
function tallyOf(
  groups: readonly (readonly Tab[])[],
  { now, more }: { now: number; more: boolean },
): TabTally {
  const outstanding = groups.filter((tabs) => tabs.some((tab) => isHere(tab, now)))
  const out = groups.filter((tabs) => !outstanding.includes(tabs))
  const obeyed = out.filter((tabs) => tabs.some(({ end }) => end === 'obeyed')).length
  return {
    seen: groups.length,
    obeyed,
    gone: out.length - obeyed,
    outstanding: outstanding.length,
    more,
  }
}

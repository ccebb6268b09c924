/**
 * The kill switch (SH3): takes the new navigation out of service, all of it or one route. Each source is a file whose
 * presence alone engages; what is in it only explains. So `touch` engages, a half-written or corrupt file engages, and
 * nginx, which can look at nothing but presence, says the same as the agent. Engaged anywhere wins.
 *
 * The hard switch belongs to the host: made by hand or by command, and taken away only there. The runtime switch is the
 * agent's, for console and API, which may release nothing else.
 */
import * as z from 'zod/mini'
import { cleanText } from '../free-text.ts'
import { findRoute, NAVIGATION, type RouteId } from './manifest.ts'

/** The state directory first: what lies in the other is gone after a reboot. */
export const SWITCH_PLACES = ['state', 'runtime'] as const
export const SWITCH_KINDS = ['hard', 'runtime'] as const

export type SwitchPlace = (typeof SWITCH_PLACES)[number]
export type SwitchKind = (typeof SWITCH_KINDS)[number]

/** Which file: of all routes where `route` is null. */
export interface SwitchSource {
  readonly place: SwitchPlace
  readonly kind: SwitchKind
  readonly route: RouteId | null
}

/** One that is there, and what it says of itself. */
export interface SwitchFile extends SwitchSource {
  readonly reason: string | null
  readonly by: string | null
  /** As it was written, in milliseconds. */
  readonly at: number | null
  /** It engages all the same; this is why it explains nothing. */
  readonly diagnostic: string | null
}

export interface RouteSwitch {
  readonly id: RouteId
  readonly engaged: boolean
  readonly by: readonly SwitchFile[]
}

export interface NavigationState {
  readonly engaged: boolean
  /** What engages it globally. */
  readonly by: readonly SwitchFile[]
  /** In the order of the manifest; each with what holds it, that of all routes included. */
  readonly routes: readonly RouteSwitch[]
}

/** Who releases: the host may take away every file, console and API only their own. */
export type Releaser = 'host' | 'console'

export interface ReleasePlan {
  readonly remove: readonly SwitchFile[]
  /** What goes on to hold after that: files that are not the releaser's, and for a route the global ones. */
  readonly holds: readonly SwitchFile[]
}

const BASE_NAMES = { hard: 'navigation.off', runtime: 'navigation.off.runtime' } as const satisfies Record<
  SwitchKind,
  string
>

/** Relative to its place. */
export function switchFileName({ kind, route }: Omit<SwitchSource, 'place'>): string {
  return route === null ? BASE_NAMES[kind] : `${switchDirectoryName(kind)}/${route}`
}

export function switchDirectoryName(kind: SwitchKind): string {
  return `${BASE_NAMES[kind]}.d`
}

/** Every file that can engage anything. */
export const SWITCH_SOURCES: readonly SwitchSource[] = SWITCH_PLACES.flatMap((place) =>
  SWITCH_KINDS.flatMap((kind) =>
    [null, ...NAVIGATION.map(({ id }) => id)].map((route) => ({ place, kind, route })),
  ),
)

export function navigationState(present: readonly SwitchFile[]): NavigationState {
  const global = present.filter(({ route }) => route === null)
  const routes = NAVIGATION.map(({ id }) => {
    const by = [...global, ...present.filter(({ route }) => route === id)]
    return { id, engaged: by.length > 0, by }
  })
  return { engaged: global.length > 0, by: global, routes }
}

/** `route` null: the global switch; those of single routes stay, for each was set on its own. */
export function releasePlan(
  present: readonly SwitchFile[],
  { route, releaser }: { readonly route: RouteId | null; readonly releaser: Releaser },
): ReleasePlan {
  const isOwn = ({ kind }: SwitchFile) => releaser === 'host' || kind === 'runtime'
  const remove = present.filter((file) => file.route === route && isOwn(file))
  return { remove, holds: holdsOf(present, route).filter((file) => !remove.includes(file)) }
}

/** What keeps the route, or without one all of them, out of service. */
export function holdsOf(present: readonly SwitchFile[], route: RouteId | null): readonly SwitchFile[] {
  const state = navigationState(present)
  return route === null ? state.by : (state.routes.find(({ id }) => id === route)?.by ?? [])
}

/** By its id or its path, as the manifest has both; null where there is none. */
export function switchableRoute(named: string): RouteId | null {
  return findRoute(named)?.id ?? null
}

export const SWITCH_BYTES_LIMIT = 4096
const WORDS_LIMIT = 500

/** What a date can hold. */
const LAST_INSTANT = 8.64e15
const instant = z.number().check(z.minimum(0), z.maximum(LAST_INSTANT))
const explanation = z.object({ reason: z.string(), by: z.string(), at: instant })

export type SwitchExplanation = z.infer<typeof explanation>
type Explained = Omit<SwitchFile, keyof SwitchSource>

export function explanationText({ reason, by, at }: SwitchExplanation): string {
  return `${JSON.stringify({ reason, by, at })}\n`
}

export function unexplained(diagnostic: string | null): Explained {
  return { reason: null, by: null, at: null, diagnostic }
}

/** An empty file is what `touch` leaves: nothing is wrong with it. */
export function readExplanation(text: string): Explained {
  if (text.trim() === '') return unexplained(null)
  const parsed = explanation.safeParse(jsonOf(text))
  if (!parsed.success) {
    return unexplained('its content is not the JSON of reason, by and at that Holdfast writes')
  }
  const { reason, by, at } = parsed.data
  return { reason: cleanText(reason, WORDS_LIMIT), by: cleanText(by, WORDS_LIMIT), at, diagnostic: null }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // no JSON: the schema says so
  }
}

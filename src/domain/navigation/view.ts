/** The kill switch as API, console and command show it. */
import type { NavigationProof, NavigationView, SwitchFileView } from '../schemas/navigation-api.ts'
import { isoText, type EpochMs } from '../time.ts'
import { navigationState, switchFileName, type SwitchFile } from './kill-switch.ts'
import { NAVIGATION } from './manifest.ts'
import type { LeavingRound, PresenceReport } from './presence.ts'

export interface SwitchSighting {
  readonly files: readonly SwitchFile[]
  readonly diagnostics: readonly string[]
}

export function navigationViewOf({ files, diagnostics }: SwitchSighting): NavigationView {
  const { engaged, by, routes } = navigationState(files)
  return {
    engaged,
    by: by.map(switchFileView),
    routes: NAVIGATION.map(({ id, path, title }) => {
      const route = routes.find((other) => other.id === id)
      return {
        id,
        path,
        title,
        engaged: route?.engaged === true,
        by: (route?.by ?? []).map(switchFileView),
      }
    }),
    diagnostics: [...diagnostics],
  }
}

export function switchFileView(file: SwitchFile): SwitchFileView {
  const { place, kind, route, reason, by, at, diagnostic } = file
  return {
    place,
    file: switchFileName(file),
    kind,
    route,
    reason,
    by,
    at: at === null ? null : isoText(at),
    diagnostic,
  }
}

/** `wallTime`: what the clock on the wall showed at a time of the presence's own clock. */
export function navigationProofOf(
  { open, round }: PresenceReport,
  { countedSince, wallTime }: { countedSince: EpochMs; wallTime: (at: number) => EpochMs },
): NavigationProof {
  const text = (at: number) => isoText(wallTime(at))
  return {
    counted_since: isoText(countedSince),
    open: { signed_in: open.signedIn, guests: open.guests, sessions: open.sessions },
    round: round === null ? null : roundView(round, text),
  }
}

function roundView(round: LeavingRound, text: (at: number) => string): NavigationProof['round'] {
  const { engagedAt, releasedAt, lastObeyedAt, oldest, signedIn, guests, sessions } = round
  return {
    engaged_at: text(engagedAt),
    released_at: releasedAt === null ? null : text(releasedAt),
    signed_in: signedIn,
    guests,
    sessions,
    last_obeyed_after_ms: lastObeyedAt === null ? null : lastObeyedAt - engagedAt,
    oldest_outstanding:
      oldest === null
        ? null
        : { signed_in: oldest.signedIn, since: text(oldest.since), heard_at: text(oldest.heardAt) },
  }
}

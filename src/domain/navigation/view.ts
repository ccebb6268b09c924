/** The kill switch as API, console and command show it. */
import type { NavigationView, SwitchFileView } from '../schemas/navigation-api.ts'
import { isoText } from '../time.ts'
import { navigationState, switchFileName, type SwitchFile } from './kill-switch.ts'
import { NAVIGATION } from './manifest.ts'

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

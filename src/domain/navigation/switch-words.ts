/** The kill switch in words: the same on the console's page and on the classic one (SH3, SH6). */
import type { NavigationView, SwitchFileView } from '../schemas/navigation-api.ts'

export const SWITCH_WORDS = {
  heading: 'Kill switch',
  engaged: 'Engaged: all routes are out of service.',
  released: 'Not engaged for all routes.',
  routesOut: (titles: string) => `Out of service on their own: ${titles}.`,
  allRoutes: 'All routes',
  engage: 'Take out of service',
  release: 'Put back into service',
  reason: 'Reason',
  what: 'What',
  act: 'Change',
  button: 'Change the kill switch',
  hardHolds: 'A file of the host holds it: only the host releases that, with holdfast killswitch release.',
  done: { engaged: 'Taken out of service', released: 'Put back into service' },
  stillOut: (files: string) => `Still out of service: held by ${files}.`,
  notRecorded: 'It is done, and not recorded.',
} as const

/** Place and name, who and why; what is wrong with the file, if anything is. */
export function switchFileText({ place, file, reason, by, at, diagnostic }: SwitchFileView): string {
  const words = [by, at, reason, diagnostic].filter((part) => part !== null)
  return `${file} in the ${place} directory${words.length === 0 ? '' : ` (${words.join(', ')})`}`
}

/** Those that are out by a switch of their own. */
export function routesOut({ routes }: NavigationView): NavigationView['routes'] {
  return routes.filter(({ by }) => by.some(({ route }) => route !== null))
}

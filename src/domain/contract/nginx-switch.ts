/**
 * The kill switch as nginx sees it (SH3): by itself, at each request, in both directories, all four kinds of files, with
 * no reload. `-e` asks as `stat` does, following links, and so does the agent; what cannot be looked at is not there, for both.
 */
import { addressPattern, ALL_OUT } from '../navigation/addresses.ts'
import {
  SWITCH_KINDS,
  SWITCH_PLACES,
  switchDirectoryName,
  switchFileName,
} from '../navigation/kill-switch.ts'
import { NAVIGATION } from '../navigation/manifest.ts'
import type { RuntimeContract } from '../schemas/runtime-contract.ts'
import { quoted } from './nginx-text.ts'

/** What is out of service for this address: `all`, the route's id, or nothing. */
export const OUT = '$holdfast_out'
const ROUTE = '$holdfast_route'

/**
 * For a server block, where `if` does nothing but what it says. An address without a route asks for the directory of the
 * routes instead, which may be there: then the name that is taken over is empty.
 */
export function switchLines({ paths }: Pick<RuntimeContract, 'paths'>, prefix: string): string[] {
  const base = prefix.replace(/\/$/, '')
  const places = SWITCH_PLACES.map((place) => (place === 'state' ? paths.state_dir : paths.runtime_dir))
  const routeFiles = places.flatMap((place) =>
    SWITCH_KINDS.map((kind) => `${quoted(`${place}/${switchDirectoryName(kind)}/`).slice(0, -1)}${ROUTE}"`),
  )
  const globalFiles = places.flatMap((place) =>
    SWITCH_KINDS.map((kind) => quoted(`${place}/${switchFileName({ kind, route: null })}`)),
  )
  return [
    '# The kill switch: a file that is there takes the console, or one of its routes, out of service.',
    '# A cache would know of it too late, and a link counts as what it leads to.',
    'open_file_cache off;',
    'disable_symlinks off;',
    `set $holdfast_base "${base}";`,
    `set ${ROUTE} "";`,
    ...NAVIGATION.map(
      ({ id, path }) => `if ($request_uri ~* "^${base}${addressPattern(path)}") { set ${ROUTE} ${id}; }`,
    ),
    `set ${OUT} "";`,
    ...routeFiles.map((file) => `if (-e ${file}) { set ${OUT} ${ROUTE}; }`),
    ...globalFiles.map((file) => `if (-e ${file}) { set ${OUT} ${ALL_OUT}; }`),
  ]
}

/**
 * The files of the kill switch (SH3), as they lie in the state and the runtime directory. Anybody may have put them
 * there: presence is all that counts, and it is asked as nginx asks it, so that both always agree. Contents are read
 * through no link, up to a limit, and without waiting; what cannot be read still engages.
 */
import { closeSync, constants, fstatSync, lstatSync, opendirSync, openSync, statSync } from 'node:fs'
import { chmod, mkdir, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cleanText } from '#domain/free-text.ts'
import {
  explanationText,
  readExplanation,
  SWITCH_BYTES_LIMIT,
  SWITCH_KINDS,
  SWITCH_PLACES,
  SWITCH_SOURCES,
  switchableRoute,
  switchDirectoryName,
  switchFileName,
  unexplained,
  type SwitchExplanation,
  type SwitchFile,
  type SwitchKind,
  type SwitchPlace,
  type SwitchSource,
} from '#domain/navigation/kill-switch.ts'
import type { RouteId } from '#domain/navigation/manifest.ts'
import type { SwitchSighting } from '#domain/navigation/view.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { readUpTo } from '#agent/system/bounded-read.ts'
import { prepareDirectory } from '#agent/system/directories.ts'
import { replaceFile } from '#agent/system/replace-file.ts'

export type SwitchDirectories = Readonly<Record<SwitchPlace, string>>

/** More names than routes there will ever be; whatever else somebody fills the directory with is not listed. */
const NAMES_LIMIT = 64

export function readSwitch(directories: SwitchDirectories): SwitchSighting {
  const diagnostics: string[] = []
  const files = SWITCH_SOURCES.flatMap((source): SwitchFile[] => {
    const path = pathOf(directories, source)
    try {
      if (statSync(path, { throwIfNoEntry: false }) === undefined) return []
    } catch (error) {
      diagnostics.push(`${nameOf(source)} cannot be looked at (${errorCode(error)})`)
      return []
    }
    return [{ ...source, ...readContent(path) }]
  })
  return { files, diagnostics: [...diagnostics, ...strangers(directories)] }
}

/** Whether all routes are out of service: for each load of a page, without reading anything. */
export function isEngaged(directories: SwitchDirectories): boolean {
  return SWITCH_SOURCES.some((source) => source.route === null && isThere(pathOf(directories, source)))
}

/** What anybody may know of it (SH3, SH5): whether all is out of service, and which pages on their own. */
export function switchedOff(directories: SwitchDirectories): { engaged: boolean; routes: RouteId[] } {
  const present = SWITCH_PLACES.flatMap((place) =>
    SWITCH_KINDS.flatMap((kind) => {
      // Mostly nobody has engaged a single route: then there is no directory, and nothing to be looked for in it.
      const hasRoutes = isThere(join(directories[place], switchDirectoryName(kind)))
      return SWITCH_SOURCES.filter(
        (source) =>
          source.place === place &&
          source.kind === kind &&
          (source.route === null || hasRoutes) &&
          isThere(pathOf(directories, source)),
      )
    }),
  )
  const routes = present.flatMap(({ route }) => route ?? [])
  return { engaged: present.some(({ route }) => route === null), routes: [...new Set(routes)] }
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false // told by readSwitch, which says why
  }
}

/** As place and name: the same in the journal, on the page and in a log. */
export function nameOf(source: SwitchSource): string {
  return `${source.place}/${switchFileName(source)}`
}

function pathOf(directories: SwitchDirectories, source: SwitchSource): string {
  return join(directories[source.place], switchFileName(source))
}

function readContent(path: string): ReturnType<typeof readExplanation> {
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    return unexplained(`it cannot be opened (${errorCode(error)})`)
  }
  try {
    if (!fstatSync(file).isFile()) return unexplained('it is no regular file')
    const bytes = readUpTo(file, SWITCH_BYTES_LIMIT)
    return bytes === null
      ? unexplained(`it is longer than ${SWITCH_BYTES_LIMIT} bytes`)
      : readExplanation(Buffer.from(bytes).toString('utf8'))
  } catch (error) {
    return unexplained(`it cannot be read (${errorCode(error)})`)
  } finally {
    closeSync(file)
  }
}

/** Whoever has mistyped a route believes it out of service. */
function strangers(directories: SwitchDirectories): string[] {
  return SWITCH_PLACES.flatMap((place) =>
    SWITCH_KINDS.flatMap((kind) => {
      const directory = switchDirectoryName(kind)
      return namesIn(join(directories[place], directory))
        .filter((name) => !isRouteFile(name))
        .map((name) => `${place}/${directory}/${cleanText(name)} names no route, and engages nothing`)
    }),
  )
}

/** Not ours to report: what is being written right now. */
function isRouteFile(name: string): boolean {
  return name.endsWith('.new') || (switchableRoute(name) !== null && !name.startsWith('/'))
}

function namesIn(directory: string): string[] {
  try {
    const open = opendirSync(directory)
    try {
      const names: string[] = []
      for (
        let entry = open.readSync();
        entry !== null && names.length < NAMES_LIMIT;
        entry = open.readSync()
      ) {
        names.push(entry.name)
      }
      return names
    } finally {
      open.closeSync()
    }
  } catch {
    return [] // mostly: it is not there, as nobody has engaged a single route yet
  }
}

export interface Written {
  readonly file: SwitchFile
  /** Where it should have been and could not be. */
  readonly notes: readonly string[]
}

/** In the state directory, and where that is full or read-only in the other one; whole or not at all. */
export async function writeSwitch(
  directories: SwitchDirectories,
  what: { readonly kind: SwitchKind; readonly route: SwitchSource['route'] },
  explanation: SwitchExplanation,
): Promise<Written> {
  const notes: string[] = []
  for (const place of SWITCH_PLACES) {
    const source = { place, ...what }
    try {
      await prepareDirectory(directories[place], `the ${place} directory`)
      const path = pathOf(directories, source)
      if (what.route !== null) await prepareOwnDirectory(dirname(path))
      await replaceFile(path, explanationText(explanation), { flush: true })
      return { file: { ...source, ...explanation, diagnostic: null }, notes }
    } catch (error) {
      notes.push(`${nameOf(source)} could not be written (${codeOf(error)})`)
    }
  }
  throw new HoldfastProblem('switch_unwritable', notes.join('; '))
}

/** Returns what is still there, with the reason. */
export async function removeSwitch(
  directories: SwitchDirectories,
  files: readonly SwitchFile[],
): Promise<{ removed: SwitchFile[]; notes: string[] }> {
  const removed: SwitchFile[] = []
  const notes: string[] = []
  for (const file of files) {
    const path = pathOf(directories, file)
    try {
      if (file.route !== null) demandDirectory(dirname(path))
      // A link goes itself, never what it names.
      await unlink(path)
      removed.push(file)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') removed.push(file)
      else notes.push(`${nameOf(file)} could not be removed (${codeOf(error)})`)
    }
  }
  return { removed, notes }
}

/** Searched by nginx, too, which is of another account: whatever this process takes from new files by itself. */
const OWN_DIRECTORY_MODE = 0o775

async function prepareOwnDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory)
    await chmod(directory, OWN_DIRECTORY_MODE)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
  demandDirectory(directory)
}

/** Through a link nothing is written or removed: it could lead anywhere. */
function demandDirectory(directory: string): void {
  if (!lstatSync(directory).isDirectory()) throw Object.assign(new Error(directory), { code: 'ENOTDIR' })
}

function codeOf(error: unknown): string {
  return errorCode(error instanceof HoldfastProblem ? error.cause : error)
}

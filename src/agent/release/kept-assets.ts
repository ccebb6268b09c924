/**
 * The hashed files of the release before stay served (SH6): a tab from before a deploy still finds what it has not loaded
 * yet. Of one release only, and up to a bound: each console names its own files, so that those it keeps are not kept again.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Beginning with a dot: served to nobody. */
const OWN_LIST = '.own-assets.json'
const BYTES_LIMIT = 16 * 1024 * 1024

export interface PastAssets {
  readonly own: readonly string[]
  readonly files: ReadonlyMap<string, Buffer>
}

/** What a console has, before another one takes its place. */
export function pastAssets(consoleDirectory: string): PastAssets {
  const files = new Map(
    namesIn(consoleDirectory).map((name) => [name, readFileSync(pathOf(consoleDirectory, name))]),
  )
  return { own: listedIn(consoleDirectory), files }
}

/** In the console that takes its place. One that has just been built has no files but its own, and is given its list. */
export function keepAssets({ own, files }: PastAssets, consoleDirectory: string): void {
  const present = new Set(namesIn(consoleDirectory))
  const list = join(consoleDirectory, OWN_LIST)
  if (!existsSync(list)) writeFileSync(list, JSON.stringify([...present]))
  const left = own.filter((name) => files.has(name) && !present.has(name))
  // Built anew and the same: what was kept before is still of the release before.
  const kept = left.length > 0 ? left : [...files.keys()].filter((name) => !present.has(name))
  const bytes = kept.reduce((sum, name) => sum + (files.get(name)?.length ?? 0), 0)
  if (bytes > BYTES_LIMIT) return
  for (const name of kept) writeFileSync(pathOf(consoleDirectory, name), files.get(name) ?? '')
}

/** Those of the release before, which are no part of this build. */
export function keptNames(consoleDirectory: string): ReadonlySet<string> {
  const own = new Set(listedIn(consoleDirectory))
  return new Set(namesIn(consoleDirectory).filter((name) => !own.has(name)))
}

function pathOf(consoleDirectory: string, name: string): string {
  return join(consoleDirectory, 'assets', name)
}

function namesIn(consoleDirectory: string): string[] {
  const directory = join(consoleDirectory, 'assets')
  if (!existsSync(directory)) return []
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
}

/** Without a list, as of a release from before there was one, each file is its own. */
function listedIn(consoleDirectory: string): string[] {
  const names = namesIn(consoleDirectory)
  try {
    const listed = new Set(JSON.parse(readFileSync(join(consoleDirectory, OWN_LIST), 'utf8')) as string[])
    return names.filter((name) => listed.has(name))
  } catch {
    return names
  }
}

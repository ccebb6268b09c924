/**
 * The releases of a deployment (SD4): a directory for each, a link to the one that runs, and a record of how the link was
 * moved. The line is durable before the link moves, so that one without its move is told by the link itself, which leads
 * elsewhere: `previousRelease` needs no repair after a crash at any point.
 */
import {
  appendFileSync,
  closeSync,
  fsyncSync,
  openSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import * as z from 'zod/mini'
import { RELEASE, RELEASES, RELEASE_SWITCHES } from '#domain/contract/deployment.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { systemClock } from '#agent/system/clock.ts'
import { besideIt, removeAbandoned } from '#agent/system/replace-file.ts'

export interface Release {
  readonly name: string
  /** On this host, the root included. */
  readonly directory: string
  /** As its package says; null where that cannot be read. */
  readonly version: string | null
}

/** A release leads forward; a rollback leads back, and is not undone by the next one. */
export type Way = 'forward' | 'back'

/** What makes a directory one: the program, and the contract that it is deployed by. */
export const RELEASE_PARTS = ['build/agent/holdfast.js', 'deploy/runtime-contract.json', 'package.json']

const RELEASE_NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/

/** All that there are, by name; numbers in it count as such. `root`: that of the host, `/` for this one. */
export function listReleases(root: string): Release[] {
  const names = namesIn(join(root, RELEASES)).sort(new Intl.Collator('en', { numeric: true }).compare)
  return names.map((name) => releaseNamed(root, name)).filter((release) => release !== null)
}

/** null where there is none of that name, or it lacks a part. */
export function releaseNamed(root: string, name: string): Release | null {
  const directory = join(root, RELEASES, name)
  const isWhole = RELEASE_NAME.test(name) && missingParts(directory).length === 0
  return isWhole ? { name, directory, version: versionOf(directory) } : null
}

export function missingParts(directory: string): string[] {
  return RELEASE_PARTS.filter(
    (part) => statSync(join(directory, part), { throwIfNoEntry: false })?.isFile() !== true,
  )
}

/** What `current` points to; null where there is no link, or it leads to no release. */
export function currentRelease(root: string): Release | null {
  const name = currentName(root)
  return name === null ? null : releaseNamed(root, name)
}

/**
 * The one to go back to: from which `current` was last led forward to where it points. What has been removed since is
 * passed over, and after a rollback it is the one before that, not the one that was left.
 */
export function previousRelease(root: string): Release | null {
  const switches = readSwitches(root)
  const current = currentName(root)
  let name = current
  // No release is looked at twice, however the lines lead.
  for (const seen = new Set([name]); ; seen.add(name)) {
    name = nameBefore(switches, name)
    if (name === null || seen.has(name)) return null
    const release = releaseNamed(root, name)
    if (release !== null) return release
  }
}

/** Somebody may have moved the link by hand: then it is the last one that was recorded. */
function nameBefore(switches: readonly Switch[], name: string | null): string | null {
  const led = switches.findLast(({ to, way }) => to === name && way === 'forward')
  if (led !== undefined) return led.from
  return switches.some(({ to }) => to === name) ? null : (switches.at(-1)?.to ?? null)
}

/** Atomic: whoever starts meanwhile gets the one or the other. What runs goes on with its own until it is restarted. */
export function switchCurrent(
  root: string,
  release: Pick<Release, 'name'>,
  way: Way = 'forward',
  clock: Pick<Clock, 'wallNow'> = systemClock,
): void {
  const { name } = release
  if (releaseNamed(root, name) === null) {
    const known = listReleases(root).map((one) => one.name)
    const there = known.length === 0 ? 'there is none' : `there are ${known.join(', ')}`
    throw new HoldfastProblem('input_invalid', `no release ${name} in ${join(root, RELEASES)}; ${there}`)
  }
  const link = join(root, RELEASE)
  const next = besideIt(link)
  try {
    removeAbandoned(link, clock.wallNow())
    const from = currentName(root)
    if (from === name) return
    appendSwitch(root, { at: new Date(clock.wallNow()).toISOString(), from, to: name, way })
    // Relative, so that it leads to the same in whatever place the root is mounted.
    symlinkSync(join(basename(RELEASES), name), next)
    renameSync(next, link)
    flushDirectory(dirname(link))
  } catch (cause) {
    rmSync(next, { force: true })
    const why = errorCode(cause)
    const hint = why === 'EISDIR' ? ': it is a directory; move it away, it should be a link' : ''
    throw new HoldfastProblem('output_unwritable', `${link} cannot be moved to ${name} (${why})${hint}`, {
      cause,
    })
  }
}

function currentName(root: string): string | null {
  try {
    const link = join(root, RELEASE)
    const target = readlinkSync(link)
    // An absolute one means the host's own root.
    const place = target.startsWith('/') ? join(root, target) : resolve(dirname(link), target)
    return dirname(place) === resolve(root, `.${RELEASES}`) ? basename(place) : null
  } catch {
    return null // no link
  }
}

const switchLine = z.object({
  at: z.string(),
  from: z.nullable(z.string()),
  to: z.string(),
  way: z.enum(['forward', 'back']),
})
type Switch = z.infer<typeof switchLine>

/** A line that was torn by a power failure had no move yet, and is passed over. */
function readSwitches(root: string): Switch[] {
  return switchesText(root)
    .split('\n')
    .flatMap((line) => {
      const read = switchLine.safeParse(parsed(line))
      return read.success ? [read.data] : []
    })
}

function switchesText(root: string): string {
  try {
    return readFileSync(join(root, RELEASE_SWITCHES), 'utf8')
  } catch {
    return '' // none was ever moved, or not ours to read
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

function appendSwitch(root: string, line: Switch): void {
  const file = join(root, RELEASE_SWITCHES)
  mkdirSync(dirname(file), { recursive: true })
  const text = switchesText(root)
  const glue = text === '' || text.endsWith('\n') ? '' : '\n'
  appendFileSync(file, `${glue}${JSON.stringify(line)}\n`, { flush: true })
}

function flushDirectory(path: string): void {
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return [] // there is none
  }
}

function versionOf(directory: string): string | null {
  try {
    const manifest = z.object({ version: z.string() })
    return z.parse(manifest, JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))).version
  } catch {
    return null
  }
}

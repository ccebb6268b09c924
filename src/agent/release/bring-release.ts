/**
 * Brings a build into the releases of a host: only what runs, readable for all, and under a name that is made of its
 * contents, so that the same build is the same release however often it is brought. It appears whole, or not at all.
 */
import { spawnSync } from 'node:child_process'
import { createHash, type Hash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { RELEASES } from '#domain/contract/deployment.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { keepAssets, keptNames, pastAssets } from './kept-assets.ts'
import { currentRelease, missingParts, releaseNamed, type Release } from './releases.ts'

/** Sources, tests and the modules of the build stay behind. */
const TREES = ['build', 'dist', 'deploy', 'docs', 'nginx']
const FILES = ['package.json', 'README.md']
/** What the built program takes from node_modules, with what they need; all else is built into it. */
const RUNTIME_MODULES = ['fastify', '@fastify/static']

/** null: it is not there yet, under the name that it would have. */
export function broughtAs(root: string, directory: string): { name: string; release: Release | null } {
  const source = realpathSync(directory)
  const inReleases = relative(realPlace(join(root, RELEASES)), source)
  const there = releaseNamed(root, inReleases)
  if (there !== null) return { name: there.name, release: there }
  requireWhole(directory)
  const name = nameOf(source)
  return { name, release: releaseNamed(root, name) }
}

export function bringRelease(root: string, directory: string): Release {
  const { name, release } = broughtAs(root, directory)
  if (release !== null) return release
  const source = realpathSync(directory)
  const place = join(root, RELEASES, name)
  const unfinished = join(root, RELEASES, `.${name}.new`)
  try {
    rmSync(unfinished, { recursive: true, force: true })
    for (const path of pathsOf(source)) copy(join(source, path), join(unfinished, path))
    keepServed(root, unfinished)
    // On the disk before it has its name: a link may lead to it in a moment.
    spawnSync('sync', ['--file-system', unfinished])
    renameSync(unfinished, place)
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true })
    throw new HoldfastProblem('output_unwritable', `${place} cannot be written (${errorCode(cause)})`, {
      cause,
    })
  }
  return { name, directory: place, version: versionIn(source) }
}

/** A tab of the release that runs now still finds its files after the link was moved (SH6). */
function keepServed(root: string, brought: string): void {
  const before = currentRelease(root)
  if (before !== null) keepAssets(pastAssets(join(before.directory, 'dist')), join(brought, 'dist'))
}

function realPlace(path: string): string {
  return existsSync(path) ? realpathSync(path) : path
}

function requireWhole(directory: string): void {
  const missing = missingParts(directory)
  if (!isFile(join(directory, 'dist/index.html'))) missing.push('dist/index.html')
  if (missing.length === 0) return
  throw new HoldfastProblem(
    'input_invalid',
    `${directory} is no release: it has no ${missing.join(', ')}; a checkout is built by npm run build`,
  )
}

/** The modules are named by their lock in the version: what differs in a build is here. */
function nameOf(source: string): string {
  const hash = createHash('sha256')
  for (const path of builtPaths(source)) addFile(hash, path, join(source, path))
  return `${versionIn(source) ?? '0'}-${hash.digest('hex').slice(0, 10)}`
}

function addFile(hash: Hash, path: string, file: string): void {
  const content = readFileSync(file)
  hash.update(`${path}\0${content.length}\0`).update(content)
}

function versionIn(directory: string): string | null {
  const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {
    version?: unknown
  }
  return typeof version === 'string' ? version : null
}

function pathsOf(source: string): string[] {
  return [
    ...builtPaths(source),
    ...modulesOf(source).flatMap((path) => filesIn(source, path, 'node_modules')),
  ]
}

function builtPaths(source: string): string[] {
  const files = FILES.filter((path) => isFile(join(source, path)))
  const kept = keptNames(join(source, 'dist'))
  const isKept = (path: string) => dirname(path) === join('dist', 'assets') && kept.has(basename(path))
  const built = TREES.flatMap((path) => filesIn(source, path)).filter((path) => !isKept(path))
  return [...files, ...built].sort()
}

/** `without`: a directory of that name is another module's, and listed by itself. */
function filesIn(source: string, path: string, without: string | null = null): string[] {
  const entries =
    statSync(join(source, path), { throwIfNoEntry: false })?.isDirectory() === true
      ? readdirSync(join(source, path), { withFileTypes: true })
      : []
  return entries.flatMap((entry) => {
    const inner = join(path, entry.name)
    if (entry.isDirectory()) return entry.name === without ? [] : filesIn(source, inner, without)
    return isFile(join(source, inner)) ? [inner] : []
  })
}

/** As Node finds them: each module's own node_modules first, then those further out. */
function modulesOf(source: string): string[] {
  const found = new Set<string>()
  const wanted = RUNTIME_MODULES.map((name) => ({ name, from: '' }))
  for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
    const path = moduleAt(source, next)
    if (path === null || found.has(path)) continue
    found.add(path)
    const manifest = JSON.parse(readFileSync(join(source, path, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>
    }
    wanted.push(...Object.keys(manifest.dependencies ?? {}).map((name) => ({ name, from: path })))
  }
  return [...found].sort()
}

function moduleAt(source: string, { name, from }: { name: string; from: string }): string | null {
  for (let place = from; ; place = dirname(place)) {
    const path = join(place === '.' ? '' : place, 'node_modules', name)
    if (isFile(join(source, path, 'package.json'))) return path
    if (place === '.' || place === '') return null
  }
}

function copy(from: string, to: string): void {
  makeReadable(dirname(to))
  copyFileSync(from, to)
  chmodSync(to, (statSync(from).mode & 0o111) === 0 ? 0o644 : 0o755)
}

/** Whatever the umask is: the units' account has to read it. */
function makeReadable(directory: string): void {
  const first = mkdirSync(directory, { recursive: true })
  if (first === undefined) return
  for (let made = directory; made.length >= first.length; made = dirname(made)) chmodSync(made, 0o755)
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

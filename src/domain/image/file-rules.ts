/** The rules of an image's files (IM2, IM3), on what they are and what is in them. */
import type { FileTree, Hidden, ImageEntry } from './file-tree.ts'
import { commandRule } from './forbidden.ts'
import { packageRule, type FoundPackage } from './package-databases.ts'
import { isTestSource, isVcsName } from './path-rules.ts'
import { finding, type ImageFinding } from './report.ts'
import type { ImageRule } from './rules.ts'
import { secretByName } from './secrets.ts'

/** The class that an image's declaration lets it have. */
export type Declared = readonly Extract<ImageRule, 'shell' | 'package_manager'>[]

const PER_RULE_LIMIT = 100

export function judgeFiles(tree: FileTree, declared: Declared): ImageFinding[] {
  const told = new Findings(declared)
  for (const path of tree.throughLinks)
    told.add('unsafe_path', path, 'an unpacker would write it through a link to somewhere else')
  for (const entry of tree.entries()) judgeEntry(tree, entry, told)
  for (const hidden of tree.hidden) judgeHidden(hidden, told)
  return told.all()
}

/** Of each place the first finding of a rule; of each rule as many as anybody reads. */
class Findings {
  readonly #declared: ReadonlySet<ImageRule>
  readonly #kept: ImageFinding[] = []
  readonly #seen = new Set<string>()
  readonly #counts = new Map<ImageRule, number>()

  constructor(declared: Declared) {
    this.#declared = new Set(declared)
  }

  add(rule: ImageRule, path: string, message: string, mend?: string): void {
    const place = `/${path}`
    if (this.#declared.has(rule) || this.#seen.has(`${rule} ${place}`)) return
    this.#seen.add(`${rule} ${place}`)
    const count = (this.#counts.get(rule) ?? 0) + 1
    this.#counts.set(rule, count)
    if (count <= PER_RULE_LIMIT) this.#kept.push(finding(rule, place, message, mend))
  }

  all(): ImageFinding[] {
    const more = [...this.#counts].flatMap(([rule, count]) =>
      count > PER_RULE_LIMIT ? [finding(rule, '/', `and ${count - PER_RULE_LIMIT} more like these`)] : [],
    )
    return [...this.#kept.toSorted((a, b) => (a.place < b.place ? -1 : Number(a.place > b.place))), ...more]
  }
}

function judgeEntry(tree: FileTree, entry: ImageEntry, told: Findings): void {
  const { path, kind } = entry
  const parts = path.split('/')
  const vcs = parts.findIndex(isVcsName)
  if (vcs >= 0) told.add('vcs_data', parts.slice(0, vcs + 1).join('/'), 'data of a version control system')
  judgeSpecial(tree, entry, told)
  if (kind === 'directory') return
  const content = kind === 'hard_link' ? (tree.at(entry.target ?? '')?.content ?? null) : entry.content
  judgeProgram({ ...entry, content }, told)
  if (content !== null && kind === 'file') judgeContent(tree, entry, told)
  const secret = vcs < 0 && kind === 'file' ? secretByName(`/${path}`) : null
  if (secret !== null && (content?.secrets.length ?? 0) === 0)
    told.add('secret', path, `by its name: ${secret}`)
}

function judgeSpecial(tree: FileTree, entry: ImageEntry, told: Findings): void {
  const { path, kind, mode } = entry
  if (kind === 'device') told.add('device_file', path, 'a device')
  if (kind === 'file' && (mode & 0o6000) !== 0)
    told.add('setuid_file', path, `mode ${(mode & 0o7777).toString(8)}`)
  if (entry.hasCapabilities) told.add('setuid_file', path, 'it has file capabilities')
  if (kind === 'link' && tree.leadsToItself(entry))
    told.add('link_loop', path, `it leads to ${(entry.target ?? '').slice(0, 200)}`)
}

const COMMAND_DIRECTORIES: ReadonlySet<string> = new Set(['bin', 'sbin', '.bin', 'libexec'])

/** A command is known by its name: machine code anywhere, a script or link where commands lie. */
function judgeProgram({ path, kind, mode, content }: ImageEntry, told: Findings): void {
  const parts = path.split('/')
  const name = parts.at(-1) ?? ''
  if (content?.program !== null && content !== null) {
    told.add(content.program.rule, path, `it is ${content.program.what}, by its content`)
  }
  const isAmongCommands = COMMAND_DIRECTORIES.has(parts.at(-2) ?? '')
  const runs =
    kind === 'link' ? isAmongCommands : (mode & 0o111) !== 0 && (content?.isElf === true || isAmongCommands)
  const rule = runs ? commandRule(name) : null
  if (rule !== null) told.add(rule, path, `the command ${name}`)
}

function judgeContent(tree: FileTree, { path, content }: ImageEntry, told: Findings): void {
  if (content === null) return
  for (const what of content.secrets) told.add('secret', path, what)
  if (content.isCutOff) told.add('not_looked_at', path, 'the package database is too large to be looked into')
  for (const found of content.packages) judgePackage(tree, path, { found, told })
  if (isTestSource(path) || content.importsTestFramework)
    told.add('test_source', path, 'the source of a test')
  const directory = path.slice(0, Math.max(0, path.lastIndexOf('/')))
  if (
    content.isHeadOfRepository &&
    path.endsWith('/HEAD') &&
    tree.has(`${directory}/objects`) &&
    tree.has(`${directory}/refs`)
  )
    told.add('vcs_data', directory, 'a repository, by its content')
}

function judgePackage(
  tree: FileTree,
  path: string,
  { found, told }: { found: FoundPackage; told: Findings },
): void {
  const rule = packageRule(found)
  if (rule === null) return
  if (found.manager !== 'npm')
    return told.add(rule, `${path}: ${found.name}`, `${found.manager} has installed ${found.name}`)
  const directory = path.slice(0, path.lastIndexOf('/'))
  if (found.isDevelopment !== true) return told.add(rule, directory, `the npm package ${found.name}`)
  // npm's own list names what it put there; what was taken away since is not in the image.
  const place = `${directory}/${found.name}`
  if (tree.has(place)) told.add(rule, place, `npm has installed ${found.name} for development`)
}

/** A secret that a later layer takes away is still in the image for whoever unpacks its layers. */
function judgeHidden({ entry, layer }: Hidden, told: Findings): void {
  const named = secretByName(`/${entry.path}`)
  const whats = entry.content?.secrets.length ? entry.content.secrets : named === null ? [] : [named]
  for (const what of whats)
    told.add(
      'secret',
      `${entry.path} (layer ${layer + 1})`,
      `${what}, hidden by a later layer and still there`,
    )
}

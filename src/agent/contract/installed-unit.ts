/** A unit as it is installed on a host: found in systemd's places, with its drop-ins, and the variables that it sets. */
import { parseEnvironmentFile } from '#domain/contract/env-file.ts'
import {
  dropInDirectories,
  dropInOrder,
  mergeUnit,
  UNIT_PLACES,
  type MergedUnit,
} from '#domain/contract/merged-unit.ts'
import {
  parseUnitFile,
  UNIT_BYTES_LIMIT,
  type Assignment,
  type FileFault,
  type ParsedFile,
} from '#domain/contract/unit-file.ts'
import { expandSpecifiers, splitWords } from '#domain/contract/unit-words.ts'
import type { HostRoot } from './host-root.ts'

export type InstalledUnit =
  | { readonly kind: 'unit'; readonly unit: MergedUnit }
  | { readonly kind: 'missing' }
  | { readonly kind: 'masked'; readonly file: string }

export function installedUnit(host: HostRoot, name: string): InstalledUnit {
  const file = UNIT_PLACES.map((place) => `${place}/${name}`).find(
    (path) => host.link(path) !== null || host.stat(path) !== null,
  )
  if (file === undefined) return { kind: 'missing' }
  const own = parsedUnit(host, file)
  if (own === 'masked') return { kind: 'masked', file }
  const listed = dropInDirectories(name).map((directory) => ({ directory, names: host.list(directory) }))
  const dropIns = dropInOrder(listed).flatMap((path) => {
    const parsed = parsedUnit(host, path)
    return parsed === 'masked' ? [] : [{ file: path, parsed }]
  })
  return { kind: 'unit', unit: mergeUnit(name, [{ file, parsed: own }, ...dropIns]) }
}

function parsedUnit(host: HostRoot, file: string): ParsedFile | 'masked' {
  const read = host.read(file, UNIT_BYTES_LIMIT)
  switch (read.kind) {
    case 'text':
      return parseUnitFile(file, read.text)
    case 'masked':
      return 'masked'
    case 'missing':
      return {
        assignments: [],
        faults: [{ file, line: 1, what: 'a link to nothing, or to itself', isWhole: true }],
      }
    case 'unreadable':
      return { assignments: [], faults: [{ file, line: 1, what: read.why, isWhole: true }] }
  }
}

export interface UnitVariable {
  readonly name: string
  readonly value: string
  readonly file: string
  readonly line: number
  readonly lastLine: number
  /** Set by Environment= in a unit or a drop-in; else by a line of an environment file. */
  readonly setBy: Assignment | null
}

export interface UnitEnvironment {
  /** By name, the one that counts. */
  readonly variables: ReadonlyMap<string, UnitVariable>
  readonly files: readonly string[]
  /** Files that must be there, and are not. */
  readonly missing: readonly Assignment[]
  readonly faults: readonly FileFault[]
  /** What cannot be told for certain, and of which line. */
  readonly unknown: readonly { readonly line: Assignment; readonly why: string }[]
}

/** Environment= first, then each EnvironmentFile= in order: a later one wins, and any file wins over Environment=. */
export function unitEnvironment(host: HostRoot, unit: MergedUnit): UnitEnvironment {
  const variables = new Map<string, UnitVariable>()
  const [files, missing, faults, unknown]: [
    string[],
    Assignment[],
    FileFault[],
    { line: Assignment; why: string }[],
  ] = [[], [], [], []]
  for (const line of unit.values('Service', 'Environment')) {
    const expanded = expandSpecifiers(line.value, unit.name)
    const split = expanded.kind === 'unknown' ? expanded : splitWords(expanded.text)
    if (split.kind === 'unknown') unknown.push({ line, why: split.why })
    else for (const word of split.words) set(word, line)
  }
  for (const line of unit.values('Service', 'EnvironmentFile')) {
    const expanded = expandSpecifiers(line.value.replace(/^-/, ''), unit.name)
    if (expanded.kind === 'unknown') unknown.push({ line, why: expanded.why })
    else if (/[*?[]/.test(expanded.text)) unknown.push({ line, why: 'a pattern of file names' })
    else readFile(expanded.text, line)
  }
  return { variables, files, missing, faults, unknown }

  function set(word: string, line: Assignment): void {
    const split = word.indexOf('=')
    if (split < 1) return
    const name = word.slice(0, split)
    const { file, line: first, lastLine } = line
    variables.set(name, { name, value: word.slice(split + 1), file, line: first, lastLine, setBy: line })
  }

  function readFile(path: string, line: Assignment): void {
    const read = host.read(path, UNIT_BYTES_LIMIT)
    files.push(path)
    if (read.kind === 'missing' && !line.value.startsWith('-')) missing.push(line)
    if (read.kind === 'unreadable') faults.push({ file: path, line: 1, what: read.why, isWhole: true })
    if (read.kind !== 'text') return
    const parsed = parseEnvironmentFile(path, read.text)
    faults.push(...parsed.faults)
    for (const setting of parsed.settings) variables.set(setting.name, { ...setting, setBy: null })
  }
}

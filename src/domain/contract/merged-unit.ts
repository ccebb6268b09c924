/**
 * A unit as systemd merges it: the file of the highest place, then its drop-ins. A drop-in hides those of the same name in
 * lower places; the rest are read in the order of their names, whatever directory each is from. An empty assignment
 * takes back all that was assigned before, for lists and for single values alike.
 */
import type { Assignment, FileFault, ParsedFile } from './unit-file.ts'

/** From the highest to the lowest, as `systemd-analyze unit-paths` shows them for the system manager. */
export const UNIT_PLACES = [
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/run/systemd/generator.early',
  '/etc/systemd/system',
  '/etc/systemd/system.attached',
  '/run/systemd/system',
  '/run/systemd/system.attached',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
  '/run/systemd/generator.late',
] as const

/** Of one unit, the most particular first: `a-b.service.d`, `a-.service.d`, and for all of its kind `service.d`. */
export function dropInDirectories(unit: string): string[] {
  const dot = unit.lastIndexOf('.')
  const [name, kind] = [unit.slice(0, dot), unit.slice(dot)]
  const template =
    name.includes('@') && !name.endsWith('@') ? [`${name.slice(0, name.indexOf('@') + 1)}${kind}.d`] : []
  const prefixes: string[] = []
  for (let dash = name.lastIndexOf('-'); dash > 0; dash = name.lastIndexOf('-', dash - 1)) {
    prefixes.push(`${name.slice(0, dash + 1)}${kind}.d`)
  }
  const own = [`${unit}.d`, ...template, ...prefixes]
  return [
    ...UNIT_PLACES.flatMap((place) => own.map((directory) => `${place}/${directory}`)),
    ...UNIT_PLACES.map((place) => `${place}/${kind.slice(1)}.d`),
  ]
}

/** Which drop-ins count, in the order in which they are read. `listed`: by directory, the highest first. */
export function dropInOrder(listed: readonly { directory: string; names: readonly string[] }[]): string[] {
  const chosen = new Map<string, string>()
  for (const { directory, names } of listed) {
    for (const name of names) {
      if (name.endsWith('.conf') && !chosen.has(name)) chosen.set(name, `${directory}/${name}`)
    }
  }
  // By bytes, as systemd does, and not by the rules of any language.
  return [...chosen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path)
}

export interface MergedUnit {
  readonly name: string
  /** The file itself, and then its drop-ins. */
  readonly files: readonly string[]
  readonly faults: readonly FileFault[]
  /** All that is assigned and was not taken back, in order. */
  values(section: string, key: string): readonly Assignment[]
  /** The same with what was taken back, and with the empty assignments that did it. */
  assigned(section: string, key: string): readonly Assignment[]
  /** What counts where there can be one only. */
  last(section: string, key: string): Assignment | undefined
}

export function mergeUnit(name: string, parts: readonly { file: string; parsed: ParsedFile }[]): MergedUnit {
  const held = new Map<string, Assignment[]>()
  const all = parts.flatMap(({ parsed }) => parsed.assignments)
  for (const assignment of all) {
    const key = `${assignment.section}\n${assignment.key}`
    const before = held.get(key)
    if (assignment.value === '') held.set(key, [])
    else if (before === undefined) held.set(key, [assignment])
    else before.push(assignment)
  }
  const values = (section: string, key: string) => held.get(`${section}\n${key}`) ?? []
  return {
    name,
    files: parts.map(({ file }) => file),
    faults: parts.flatMap(({ parsed }) => parsed.faults),
    values,
    assigned: (section, key) => all.filter((one) => one.section === section && one.key === key),
    last: (section, key) => values(section, key).at(-1),
  }
}

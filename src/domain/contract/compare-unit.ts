/**
 * A unit as systemd would start it, held against the one that the contract renders (RC2, RC3, SD2). Only what the contract
 * or the sandbox depends on is compared: a drop-in may well give the target more time to stop.
 */
import { drifted, matches, notChecked, type CheckItem, type Looked } from './check-item.ts'
import type { MergedUnit } from './merged-unit.ts'
import type { Assignment } from './unit-file.ts'
import { commandLine, expandSpecifiers, splitWords, type CommandLine } from './unit-words.ts'

export type LineRange = Pick<Assignment, 'line' | 'lastLine'>

/** What the comparison has to know of the place that is looked at. */
export interface Place {
  samePath(one: string, other: string): boolean
  /** How a line, or all of a file, of this unit is mended. */
  mendUnit(unit: string): string
  /** Takes lines out of a drop-in. */
  mendLines(file: string, lines: readonly LineRange[]): string
  mendFile(file: string): string
}

interface Comparison {
  readonly found: MergedUnit
  readonly expected: MergedUnit
  readonly place: Place
  readonly variables: ReadonlyMap<string, string>
  /** The target's owner may give it more to write to, and other options. */
  readonly mayHaveMore: boolean
}

type Kind = 'text' | 'boolean' | 'path'

/** Where systemd's own preset is as good as the absence of the line, it stands here. */
const SINGLE: readonly { key: string; kind: Kind; preset: string }[] = [
  { key: 'Type', kind: 'text', preset: 'simple' },
  { key: 'NotifyAccess', kind: 'text', preset: '' },
  { key: 'User', kind: 'text', preset: '' },
  { key: 'Group', kind: 'text', preset: '' },
  { key: 'DynamicUser', kind: 'boolean', preset: 'no' },
  { key: 'WorkingDirectory', kind: 'path', preset: '' },
  { key: 'RootDirectory', kind: 'path', preset: '' },
  { key: 'RuntimeDirectory', kind: 'text', preset: '' },
  { key: 'StateDirectory', kind: 'text', preset: '' },
  { key: 'ProtectSystem', kind: 'text', preset: 'no' },
  { key: 'ProtectHome', kind: 'boolean', preset: 'no' },
  { key: 'NoNewPrivileges', kind: 'boolean', preset: 'no' },
  // These hide the /proc by which the target is known (SD2, WD8).
  { key: 'PrivateUsers', kind: 'boolean', preset: 'no' },
  { key: 'ProtectProc', kind: 'text', preset: 'default' },
  { key: 'ProcSubset', kind: 'text', preset: 'all' },
]

export function compareUnit(comparison: Comparison): CheckItem[] {
  return [
    ...faultItems(comparison),
    ...SINGLE.map((single) => compareSingle(comparison, single)),
    compareStart(comparison),
    compareCheckBefore(comparison),
    compareWritable(comparison),
  ].filter((item) => item !== null)
}

/** Where a line was read, or for one that is absent the unit's own file. */
function looked({ found, expected }: Comparison, key: string, line?: Assignment): Looked {
  const source = line === undefined ? (found.files[0] ?? found.name) : `${line.file}:${line.line}`
  return { scope: found.name, what: `${key}=`, source, against: expected.files[0] ?? '' }
}

/** In the unit's own file by installing it anew; in a drop-in by taking out what it says of this key there. */
function mendOf({ found, place }: Comparison, key: string, line?: Assignment): string {
  const file = line?.file ?? found.assigned('Service', key).at(-1)?.file
  if (file === undefined || file === found.files[0]) return place.mendUnit(found.name)
  return place.mendLines(
    file,
    found.assigned('Service', key).filter((one) => one.file === file),
  )
}

function faultItems(comparison: Comparison): CheckItem[] {
  const { found, expected, place } = comparison
  return found.faults.map(({ file, line, what, isWhole }) =>
    drifted(
      { scope: found.name, what: 'unit file', source: `${file}:${line}`, against: expected.files[0] ?? '' },
      {
        expected: 'lines that systemd reads',
        found: what,
        mend:
          file === found.files[0]
            ? place.mendUnit(found.name)
            : isWhole === true
              ? place.mendFile(file)
              : place.mendLines(file, [{ line, lastLine: line }]),
      },
    ),
  )
}

function compareSingle(comparison: Comparison, { key, kind, preset }: (typeof SINGLE)[number]): CheckItem {
  const { found, expected, place } = comparison
  const line = found.last('Service', key)
  const at = looked(comparison, key, line)
  const wanted = expected.last('Service', key)?.value ?? preset
  const expanded = expandSpecifiers(line?.value ?? preset, found.name)
  if (expanded.kind === 'unknown') return notChecked(at, expanded.why, mendOf(comparison, key, line))
  const given = expanded.text
  const isSame =
    kind === 'path' && wanted !== '' && given !== ''
      ? place.samePath(wanted, given)
      : kind === 'boolean'
        ? truth(wanted) === truth(given)
        : wanted === given
  if (isSame) return matches(at, given)
  return drifted(at, { expected: orNone(wanted), found: orNone(given), mend: mendOf(comparison, key, line) })
}

function truth(value: string): string {
  const lower = value.toLowerCase()
  if (['1', 'yes', 'y', 'true', 't', 'on'].includes(lower)) return 'yes'
  return ['0', 'no', 'n', 'false', 'f', 'off'].includes(lower) ? 'no' : lower
}

function orNone(value: string): string {
  return value === '' ? 'none' : value
}

function compareStart(comparison: Comparison): CheckItem {
  const key = 'ExecStart'
  const { found, expected, place, variables, mayHaveMore } = comparison
  const wanted = commandOf(expected.last('Service', key), expected.name)
  const lines = found.values('Service', key)
  const line = lines.at(-1)
  const at = looked(comparison, key, line)
  const mend = mendOf(comparison, key, line)
  const shown = (wanted?.words ?? []).join(' ')
  if (line === undefined) return drifted(at, { expected: shown, found: 'none', mend })
  if (lines.length > 1)
    return drifted(at, { expected: 'one command', found: `${lines.length} commands`, mend })
  const given = commandLine(line.value, found.name, variables)
  if (given.kind === 'unknown') return notChecked(at, given.why, mend)
  const difference = wanted === null ? null : commandDifference(wanted, given.command, { place, mayHaveMore })
  return difference === null
    ? matches(at, given.command.words.join(' '))
    : drifted(at, { ...difference, mend })
}

function commandOf(line: Assignment | undefined, unit: string): CommandLine | null {
  const read = commandLine(line?.value ?? '', unit, new Map())
  return read.kind === 'command' ? read.command : null
}

interface Difference {
  readonly expected: string
  readonly found: string
}

function commandDifference(
  wanted: CommandLine,
  given: CommandLine,
  { place, mayHaveMore }: { place: Place; mayHaveMore: boolean },
): Difference | null {
  const [program = '', ...args] = given.words
  const [wantedProgram = '', ...wantedArgs] = wanted.words
  if (!place.samePath(wantedProgram, program))
    return { expected: wantedProgram, found: shownProgram(program) }
  if (/[^:]/.test(given.prefix))
    return { expected: `${program} as it is`, found: `${given.prefix}${program}` }
  if (mayHaveMore) return optionDifference(wantedArgs, args, place)
  const wrong = wantedArgs.findIndex((word, index) => !sameWord(word, args[index] ?? '', place))
  if (wrong < 0) return null
  return { expected: wantedArgs.slice(wrong).join(' '), found: orNone(args.slice(wrong).join(' ')) }
}

/** RC2: what stands between systemd and the program is said by its name. */
function shownProgram(program: string): string {
  const name = program.split('/').at(-1) ?? ''
  if (['sh', 'bash', 'dash', 'zsh', 'env'].includes(name))
    return `${program}, a program between systemd and the target`
  return ['conda', 'mamba', 'micromamba'].includes(name)
    ? `${program}, which starts a shell (conda run)`
    : program
}

/** gunicorn's: `--pid FILE`, `--pid=FILE`, `-p FILE`; the last one counts. */
const SHORT: Readonly<Record<string, string>> = { '--pid': '-p', '--bind': '-b', '--config': '-c' }

function optionDifference(
  wanted: readonly string[],
  given: readonly string[],
  place: Place,
): Difference | null {
  for (let index = 0; index < wanted.length; index += 2) {
    const [name = '', value = ''] = wanted.slice(index, index + 2)
    if (SHORT[name] === undefined) continue
    const found = lastOption(given, name)
    if (found === null || !sameWord(value, found, place)) {
      return { expected: `${name} ${value}`, found: found === null ? `no ${name}` : `${name} ${found}` }
    }
  }
  return null
}

/** Of options that may also be given elsewhere: the one whose value is another than wanted, or null. */
export function contradictedOption(
  wanted: Readonly<Record<string, string>>,
  given: readonly string[],
  samePath: Place['samePath'],
): Difference | null {
  for (const [name, value] of Object.entries(wanted)) {
    const found = lastOption(given, name)
    if (found !== null && found !== value && !samePath(value, found)) {
      return { expected: `${name} ${value}`, found: `${name} ${found}` }
    }
  }
  return null
}

function lastOption(args: readonly string[], name: string): string | null {
  let found: string | null = null
  for (const [index, word] of args.entries()) {
    if (word === name || word === SHORT[name]) found = args[index + 1] ?? ''
    else if (word.startsWith(`${name}=`)) found = word.slice(name.length + 1)
  }
  return found
}

function sameWord(wanted: string, given: string, place: Place): boolean {
  return (
    wanted === given || (wanted.startsWith('/') && given.startsWith('/') && place.samePath(wanted, given))
  )
}

function compareCheckBefore(comparison: Comparison): CheckItem | null {
  const key = 'ExecStartPre'
  const { found, expected, place, variables } = comparison
  const wanted = commandOf(expected.last('Service', key), expected.name)
  if (wanted === null) return null
  const lines = found.values('Service', key)
  const good = lines.find(({ value }) => {
    const given = commandLine(value, found.name, variables)
    return (
      given.kind === 'command' &&
      commandDifference(wanted, given.command, { place, mayHaveMore: false }) === null
    )
  })
  const shown = wanted.words.join(' ')
  if (good !== undefined) return matches(looked(comparison, key, good), shown)
  return drifted(looked(comparison, key, lines.at(-1)), {
    expected: shown,
    found: orNone(lines.map(({ value }) => value).join('; ')),
    mend: mendOf(comparison, key, lines.at(-1)),
  })
}

/** All lines together are one list. */
function compareWritable(comparison: Comparison): CheckItem {
  const key = 'ReadWritePaths'
  const { found, expected, place, mayHaveMore } = comparison
  const wanted = pathsOf(expected, key)
  const given = pathsOf(found, key)
  const [line] = found.values('Service', key).slice(-1)
  const at = looked(comparison, key, line)
  const mend = mendOf(comparison, key, line)
  if (typeof given === 'string') return notChecked(at, given, mend)
  if (typeof wanted === 'string') return notChecked(at, wanted)
  const missing = wanted.filter((path) => !given.some((one) => place.samePath(one, path)))
  const extra = given.filter((path) => !wanted.some((one) => place.samePath(one, path)))
  if (missing.length === 0 && (mayHaveMore || extra.length === 0)) return matches(at, given.join(' '))
  return drifted(at, { expected: wanted.join(' '), found: orNone(given.join(' ')), mend })
}

/** Or why they are not known. */
function pathsOf(unit: MergedUnit, key: string): string[] | string {
  const paths: string[] = []
  for (const { value } of unit.values('Service', key)) {
    const expanded = expandSpecifiers(value, unit.name)
    if (expanded.kind === 'unknown') return expanded.why
    const split = splitWords(expanded.text)
    if (split.kind === 'unknown') return split.why
    paths.push(...split.words.map((word) => word.replace(/^[-+]+/, '')))
  }
  return paths
}

/**
 * What systemd holds in its memory of a unit, against what lies on the disk: a start uses the former, and the check
 * reads the latter. systemd itself only notices files that became newer; one that was put back, as in a rollback, has
 * an older time, so that places and command are compared as well.
 */
import { drifted, matches, RUNNING_SCOPE, type CheckItem } from './check-item.ts'
import type { MergedUnit } from './merged-unit.ts'
import { expandSpecifiers, splitWords } from './unit-words.ts'

/** To be asked for; each unit's answer begins with its Id. */
export const LOADED_PROPERTIES = [
  'Id',
  'LoadState',
  'NeedDaemonReload',
  'FragmentPath',
  'DropInPaths',
  'ExecStart',
] as const

export type LoadedUnit = ReadonlyMap<string, string>

/** As `systemctl show` prints several units: lines `Name=value`, an empty line between two units. */
export function parseLoadedUnits(output: string): Map<string, LoadedUnit> {
  const units = new Map<string, LoadedUnit>()
  for (const block of output.split(/\n\s*\n/)) {
    const unit = new Map(
      block
        .split('\n')
        .filter((line) => line.includes('='))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1).trim()]),
    )
    const id = unit.get('Id')
    if (id !== undefined) units.set(id, unit)
  }
  return units
}

interface LoadedComparison {
  readonly loaded: LoadedUnit
  /** As it lies on the disk. */
  readonly unit: MergedUnit
  readonly samePath: (one: string, other: string) => boolean
}

const RELOAD = 'systemctl daemon-reload'

export function loadedItemName(unit: string): string {
  return `${unit}: as systemd loaded it`
}

export function compareLoaded(comparison: LoadedComparison): CheckItem {
  const { unit } = comparison
  const at = {
    scope: RUNNING_SCOPE,
    what: loadedItemName(unit.name),
    source: `systemctl show ${unit.name}`,
    against: unit.files.join(', '),
  }
  const difference = differenceOf(comparison)
  return difference === null
    ? matches(at, 'as on the disk')
    : drifted(at, { expected: 'as on the disk', ...difference })
}

function differenceOf({ loaded, unit, samePath }: LoadedComparison): { found: string; mend: string } | null {
  const state = loaded.get('LoadState') ?? 'nothing'
  if (state !== 'loaded') return { found: stateWords(state), mend: RELOAD }
  if (loaded.get('NeedDaemonReload') === 'yes') {
    return { found: 'from before its files were changed', mend: RELOAD }
  }
  const [own = '', ...dropIns] = unit.files
  const fragment = loaded.get('FragmentPath') ?? ''
  if (!samePath(fragment, own)) return { found: `from ${fragment || 'no file'}`, mend: RELOAD }
  const read = (loaded.get('DropInPaths') ?? '').split(' ').filter((path) => path !== '')
  const isSame =
    read.length === dropIns.length && dropIns.every((path) => read.some((one) => samePath(one, path)))
  if (!isSame) return { found: `with the drop-ins ${read.join(', ') || 'none'}`, mend: RELOAD }
  const [command, onDisk] = [loadedCommand(loaded.get('ExecStart') ?? ''), commandOnDisk(unit)]
  return command === null || onDisk === null || bare(command) === bare(onDisk)
    ? null
    : { found: command, mend: RELOAD }
}

function stateWords(state: string): string {
  return state === 'not-found' ? 'not at all: systemd has not read it yet' : `not: ${state}`
}

/** Of the last command, as there can be one only. */
function loadedCommand(value: string): string | null {
  return /argv\[\]=(.*?) ; ignore_errors=/.exec(value.split(' } { ').at(-1) ?? '')?.[1] ?? null
}

/** Specifiers are replaced at loading, variables only at the start. */
function commandOnDisk(unit: MergedUnit): string | null {
  const split = splitWords(unit.last('Service', 'ExecStart')?.value ?? '')
  if (split.kind === 'unknown') return null
  const [first = '', ...rest] = split.words
  const expanded = expandSpecifiers([first.replace(/^[@\-:+!|]*/, ''), ...rest].join(' '), unit.name)
  return expanded.kind === 'text' ? expanded.text : null
}

/** How it quotes them differs between its versions. */
function bare(command: string): string {
  return command
    .replaceAll(/["'\\]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

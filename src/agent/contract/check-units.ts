/** The installed units, their drop-ins and environment files, against what the contract renders (RC2, RC3). */
import { drifted, matches, notApplicable, notChecked, type CheckItem } from '#domain/contract/check-item.ts'
import { compareUnit, type LineRange, type Place } from '#domain/contract/compare-unit.ts'
import { compareVariables } from '#domain/contract/compare-variables.ts'
import { beside, ENVIRONMENT_FILE, UNIT_DIRECTORY } from '#domain/contract/deployment.ts'
import { environmentFile } from '#domain/contract/environment-file.ts'
import { mergeUnit, type MergedUnit } from '#domain/contract/merged-unit.ts'
import { RENDERED_FILES } from '#domain/contract/rendered-files.ts'
import { parseUnitFile, type Assignment, type FileFault } from '#domain/contract/unit-file.ts'
import type { Ground } from './ground.ts'
import { installedUnit, unitEnvironment, type UnitEnvironment, type UnitVariable } from './installed-unit.ts'
import { shellWord } from '#agent/shell-word.ts'

const SERVICES = ['target', 'watchdog', 'agent', 'prune'] as const

/** `only`: this one of them. */
export function checkUnits(ground: Ground, only: string | null = null): CheckItem[] {
  const roles = SERVICES.filter((role) => only === null || ground.contract.units[role] === only)
  return roles.flatMap((role) => checkUnit(ground, role))
}

function checkUnit(ground: Ground, role: (typeof SERVICES)[number]): CheckItem[] {
  const { contract, host } = ground
  const name = contract.units[role]
  const expected = renderedUnit(ground, name)
  const place = placeOf(ground, expected.files[0] ?? '')
  const installed = installedUnit(host, name)
  const at = { scope: name, what: 'installed', against: `${ground.contractFile}: units.${role}` }
  if (installed.kind === 'missing' && contract.kind === 'demonstration') {
    const source = `${UNIT_DIRECTORY}/${name}`
    return [notApplicable({ ...at, source }, 'a demonstration is not run by systemd')]
  }
  if (installed.kind !== 'unit') {
    const source = installed.kind === 'masked' ? installed.file : `${UNIT_DIRECTORY}/${name}`
    const mend =
      installed.kind === 'masked'
        ? `rm ${shellWord(host.at(installed.file))} && ${place.mendUnit(name)}`
        : place.mendUnit(name)
    return [drifted({ ...at, source }, { expected: 'a unit', found: installed.kind, mend })]
  }
  const found = installed.unit
  const environment = unitEnvironment(host, found)
  const variables = new Map([...environment.variables].map(([key, { value }]) => [key, value]))
  return [
    matches({ ...at, source: found.files[0] ?? name }, found.files.join(', ')),
    ...compareUnit({ found, expected, place, variables, mayHaveMore: role === 'target' }),
    ...checkEnvironment(ground, found, environment, place),
  ]
}

function renderedUnit({ contract, contractFile }: Ground, name: string): MergedUnit {
  const rendered = RENDERED_FILES.find((one) => one.installedAs(contract) === `${UNIT_DIRECTORY}/${name}`)
  const file = beside(contractFile, rendered?.file ?? '')
  return mergeUnit(name, [{ file, parsed: parseUnitFile(file, rendered?.text(contract) ?? '') }])
}

function placeOf({ host }: Ground, rendered: string): Place {
  const path = (file: string) => shellWord(host.at(file))
  const reload = host.isThisHost ? ' && systemctl daemon-reload' : ''
  return {
    samePath: host.samePath,
    mendUnit: (unit) => `install -D -m 0644 ${path(rendered)} ${path(`${UNIT_DIRECTORY}/${unit}`)}${reload}`,
    mendLines: (file, lines) => `sed -i '${lines.map(rangeOf).join(';')}' ${path(file)}${reload}`,
    mendFile: (file) => `mv ${path(file)} ${path(`${file}.set-aside`)}${reload}`,
  }
}

/** Emptied, not deleted: the lines below keep their numbers, which other mends name. */
function rangeOf({ line, lastLine }: LineRange): string {
  return `${line},${lastLine}s/.*//`
}

function checkEnvironment(
  ground: Ground,
  unit: MergedUnit,
  environment: UnitEnvironment,
  place: Place,
): CheckItem[] {
  const { contract, contractFile, host } = ground
  const scope = unit.name
  const rendered = beside(contractFile, environmentFile)
  const mendFile = `install -D -m 0644 ${shellWord(host.at(rendered))} ${shellWord(host.at(ENVIRONMENT_FILE))}`
  const mendLine = (line: Assignment) =>
    line.file === unit.files[0] ? place.mendUnit(unit.name) : place.mendLines(line.file, [line])
  const set = [...environment.variables.values()].map((one) => ({
    name: one.name,
    value: one.value,
    source: `${one.file}:${one.line}`,
    mend: (value: string) => (one.setBy === null ? mendSetting(ground, one, value) : mendLine(one.setBy)),
  }))
  const file = { scope, what: 'EnvironmentFile=', source: unit.files[0] ?? scope, against: rendered }
  const readsOurs = environment.files.some((path) => host.samePath(path, ENVIRONMENT_FILE))
  return [
    readsOurs
      ? matches(file, ENVIRONMENT_FILE)
      : drifted(file, {
          expected: ENVIRONMENT_FILE,
          found: environment.files.join(' ') || 'none',
          mend: mendOfKey(unit, place, 'EnvironmentFile'),
        }),
    ...environment.missing.map((line) =>
      drifted(
        { ...file, source: `${line.file}:${line.line}` },
        {
          expected: 'a file that is there',
          found: `${line.value} is not`,
          mend: host.samePath(line.value, ENVIRONMENT_FILE) ? mendFile : mendLine(line),
        },
      ),
    ),
    ...environment.faults.map((fault) =>
      drifted(
        { ...file, what: 'environment file', source: `${fault.file}:${fault.line}` },
        {
          expected: 'lines NAME=value',
          found: fault.what,
          mend: mendEnvironmentFile(ground, fault, mendFile),
        },
      ),
    ),
    ...environment.unknown.map(({ line, why }) =>
      notChecked({ ...file, what: `${line.key}=`, source: `${line.file}:${line.line}` }, why, mendLine(line)),
    ),
    ...compareVariables(set, { scope, contract, contractFile, samePath: host.samePath }),
  ]
}

function mendOfKey(unit: MergedUnit, place: Place, key: string): string {
  const last = unit.assigned('Service', key).at(-1)
  if (last === undefined || last.file === unit.files[0]) return place.mendUnit(unit.name)
  return place.mendLines(
    last.file,
    unit.assigned('Service', key).filter(({ file }) => file === last.file),
  )
}

/**
 * Only the line that is at fault goes, as a comment: what else stands in the file is the operator's. One that is no text
 * is kept aside; ours is then installed again.
 */
function mendEnvironmentFile({ host }: Ground, { file, line, isWhole }: FileFault, install: string): string {
  const path = shellWord(host.at(file))
  if (isWhole !== true) return `sed -i '${line}{${AS_COMMENT}}' ${path}`
  const aside = `mv ${path} ${shellWord(host.at(`${file}.set-aside`))}`
  return host.samePath(file, ENVIRONMENT_FILE) ? `${aside} && ${install}` : aside
}

/** Once only, whoever of four units asks for it; with nothing that would begin or take another line. */
const AS_COMMENT = String.raw`/^[[:space:]]*[#;]/!s/^/# /;s/\r\(.\)/ \1/g;s/\\*\r*$//`

function mendSetting({ host }: Ground, { name, file, line, lastLine }: UnitVariable, value: string): string {
  return `sed -i ${shellWord(`${line},${lastLine}c${name}=${value}`)} ${shellWord(host.at(file))}`
}

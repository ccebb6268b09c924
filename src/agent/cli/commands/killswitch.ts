/** `holdfast killswitch`: the new navigation out of service, all of it or one route, and back (SH3). */
import { switchableRoute } from '#domain/navigation/kill-switch.ts'
import { NAVIGATION, type RouteId } from '#domain/navigation/manifest.ts'
import {
  PROOF_COLUMNS,
  PROOF_ROWS,
  PROOF_WORDS,
  proofSummary,
  rollbackSummary,
} from '#domain/navigation/proof-words.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { SwitchFileView } from '#domain/schemas/navigation-api.ts'
import {
  changeSwitch,
  readSwitchStatus,
  type SwitchChanged,
  type SwitchStatus,
} from '#agent/operator/kill-switch.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import { EXIT, type ExitCode, type Invocation, type OptionValues } from '../command.ts'
import { reasonOption } from '../reason-option.ts'

/** Exits 0 whatever the state is, for the state is what was asked. */
export async function killswitchStatus({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const route = routeOption(options)
  const view = await readSwitchStatus(operatorSettings(env, configFile))
  const shown = route === null ? view : { ...view, routes: view.routes.filter(({ id }) => id === route) }
  out.result(shown, statusText(shown))
  return EXIT.done
}

export async function killswitchEngage({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const wish = { engaged: true, route: routeOption(options), reason: reasonOption(options) }
  const done = await changeSwitch(operatorSettings(env, configFile), wish)
  done.notes.forEach((note) => out.note(note))
  out.result(done, `${scopeText(done.route)} out of service, by ${done.by}: ${listed(done.holds)}.`)
  return EXIT.done
}

/** Exits 1 when it still is out of service: then it names what holds. */
export async function killswitchRelease({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const wish = { engaged: false, route: routeOption(options), reason: reasonOption(options) }
  const done = await changeSwitch(operatorSettings(env, configFile), wish)
  done.notes.forEach((note) => out.note(note))
  out.result(done, releaseText(done))
  return done.holds.length === 0 ? EXIT.done : EXIT.failed
}

function routeOption({ route }: OptionValues): RouteId | null {
  if (typeof route !== 'string') return null
  const known = switchableRoute(route)
  if (known !== null) return known
  const paths = NAVIGATION.map(({ path }) => path).join(', ')
  throw new HoldfastProblem('usage', `--route: expected one of ${paths}; found ${route}`)
}

function statusText({ engaged, by, routes, diagnostics, proof, rollback }: SwitchStatus): string {
  const heading = engaged
    ? `The kill switch is engaged: all routes are out of service. ${listed(by)}.`
    : 'The kill switch is not engaged for all routes.'
  const lines = routes.map(({ path, engaged: isOut, by: files }) => {
    const own = files.filter(({ route }) => route !== null)
    const why = own.length === 0 ? '' : `  ${listed(own)}`
    return `  ${path.padEnd(12)} ${isOut ? 'out of service' : 'in service'}${why}`
  })
  return [heading, ...lines, ...diagnostics, '', ...proofLines(proof), ...rollbackLines(rollback)].join('\n')
}

function proofLines(proof: SwitchStatus['proof']): string[] {
  if (proof === null) return [PROOF_WORDS.unknown]
  const { round } = proof
  const told = [...proofSummary(proof), PROOF_WORDS.open(proof.open)]
  if (round === null) return told
  const rows = PROOF_ROWS.map((row) => {
    const counts = PROOF_COLUMNS.map(
      (column) => `${PROOF_WORDS.columns[column].toLowerCase()} ${round[row][column]}`,
    )
    return `  ${PROOF_WORDS.rows[row].padEnd(20)} ${counts.join(', ')}`
  })
  return [...told, ...rows]
}

function rollbackLines(rollback: SwitchStatus['rollback']): string[] {
  return rollback === null ? [] : [rollbackSummary(rollback)]
}

function releaseText({ route, by, removed, holds }: SwitchChanged): string {
  const taken = removed.length === 0 ? 'nothing was there to remove' : `removed ${listed(removed)}`
  return holds.length === 0
    ? `${scopeText(route)} back in service, released by ${by}: ${taken}.`
    : `${scopeText(route)} still out of service: ${taken}; held by ${listed(holds)}.`
}

function scopeText(route: string | null): string {
  return route === null ? 'All routes are' : `The route ${route} is`
}

function listed(files: readonly SwitchFileView[]): string {
  return files.map(fileText).join(', ')
}

function fileText({ place, file, reason, by, diagnostic }: SwitchFileView): string {
  const words = [by, reason, diagnostic].filter((part) => part !== null)
  return `${file} in the ${place} directory${words.length === 0 ? '' : ` (${words.join(': ')})`}`
}

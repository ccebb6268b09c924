/** What an installation says: first what it would change, then what it did. */
import { ENVIRONMENT_FILE, UNIT_DIRECTORY } from '#domain/contract/deployment.ts'
import { cleanLines } from '#domain/free-text.ts'
import type { Done } from '#agent/release/install.ts'
import type { PlannedFile } from '#agent/release/install-plan.ts'
import type { Plan, Reason } from '#agent/release/installation.ts'
import type { Step } from '#agent/release/settle-units.ts'
import type { Removal } from '#agent/release/uninstall.ts'

const STATES = {
  same: 'as it should be',
  new: 'new',
  changed: 'changes',
  edited: 'EDITED BY HAND',
  obsolete: 'goes: no longer rendered',
} as const

export function planText({ wish, contract, release, chosen, files }: Plan): string {
  return [
    `Layout ${wish.layout}, contract ${contract.version}${wish.root === '/' ? '' : `, below ${wish.root}`}`,
    ...(release === null ? [] : [releaseText(release)]),
    ...(chosen === null ? [] : [`Environment: ${chosen}`]),
    '',
    ...files.flatMap(fileLines),
  ].join('\n')
}

function releaseText({ name, from, way }: NonNullable<Plan['release']>): string {
  if (from === name) return `Release ${name}, which is the current one`
  const before = from === null ? 'there is no current one yet' : `now it is ${from}`
  return `Release ${name}${way === 'back' ? ', the previous one' : ''}; ${before}`
}

function fileLines({ path, state, why, diff }: PlannedFile): string[] {
  const reason = why === null ? '' : ` (${why})`
  // A new file has nothing to be compared with: its name is enough.
  const lines = state === 'new' ? [] : diff.map((line) => `    ${line}`)
  return [`  ${path}: ${STATES[state]}${reason}`, ...lines].map(cleanLines)
}

export function reasonsText(reasons: readonly Reason[]): string {
  const lines = reasons.flatMap(({ message, mend }) => [`  ${message}`, `    mend  ${mend}`].map(cleanLines))
  return ['Refused, and nothing was written:', ...lines].join('\n')
}

export function doneText(plan: Plan, { steps, keptAside }: Done): string {
  const written = plan.files.filter(({ state }) => state !== 'same').length
  return [
    written === 0 ? 'Every file was as it should be.' : `Files written: ${written}.`,
    ...keptAside.map((path) => `Kept aside: ${path}`),
    ...stepLines(steps),
    ...plan.notes.map((note) => `Still to do: ${note}`),
    ...targetText(plan),
    ...backText(plan, steps),
    ...(plan.record === null ? [firstTime(plan)] : []),
  ].join('\n')
}

function stepLines(steps: readonly Step[]): string[] {
  return steps.flatMap(({ command, ok, said }) => [
    `${ok ? 'done  ' : 'FAILED'}  ${command}`,
    ...(ok || said === '' ? [] : [said.replaceAll(/^/gm, '        ')]),
  ])
}

/** Its unit and environment count from its next start, which is not ours to choose. */
function targetText({ files, contract: { units } }: Plan): string[] {
  const own = [`${UNIT_DIRECTORY}/${units.target}`, ENVIRONMENT_FILE]
  const isStale = files.some(({ path, state }) => own.includes(path) && ['changed', 'edited'].includes(state))
  return isStale
    ? [
        `The target runs as it was started; by what is new from its next start on: systemctl restart ${units.target}`,
      ]
    : []
}

function backText({ release }: Plan, steps: readonly Step[]): string[] {
  const isGood = steps.every(({ ok }) => ok)
  if (isGood || release === null || release.from === null || release.from === release.name) return []
  return [`To go back: holdfast install-systemd --release ${release.from}`]
}

function firstTime({ contract: { units } }: Plan): string {
  const { target, watchdog, agent, prune_timer: timer } = units
  return `To start: systemctl enable --now ${[target, watchdog, agent, timer].join(' ')}`
}

export function removalText({ files, kept, releases, steps }: Removal, isDryRun: boolean): string {
  return [
    ...files.map(({ path }) => `${isDryRun ? 'would go' : 'removed'}  ${path}`),
    ...releases.map((name) => `${isDryRun ? 'would go' : 'removed'}  release ${name}`),
    ...kept.map(({ path, why }) => `kept     ${path}: ${why ?? ''}; --force removes it`),
    ...stepLines(steps),
    'The state directory, and what the target needs, stay.',
  ].join('\n')
}

/** After the files: systemd reads them again, makes the directories, and what runs from before is started anew. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { ENVIRONMENT_FILE, installedContract, UNIT_DIRECTORY } from '#domain/contract/deployment.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { checkRunning } from '#agent/contract/check-running.ts'
import type { Plan } from './installation.ts'

export interface Step {
  readonly command: string
  readonly ok: boolean
  readonly said: string
}

/** As sd_booted(3) has it. */
const BOOTED = '/run/systemd/system'
/** A unit may take its time to stop, and then to become ready. */
const STEP_LIMIT_MS = 180_000

export function isSettledHere(plan: Pick<Plan, 'host'>): boolean {
  return plan.host.isThisHost && existsSync(BOOTED)
}

export function settleUnits(plan: Plan): Step[] {
  if (!isSettledHere(plan)) return []
  const { files, record } = plan
  const written = files.filter(({ state }) => state !== 'same').map(({ path }) => path)
  const wasBegun = record?.unfinished === true
  const steps: Step[] = []
  if (written.length > 0 || wasBegun) steps.push(run('systemctl', 'daemon-reload'))
  steps.push(run('systemd-tmpfiles', '--create', '/etc/tmpfiles.d/holdfast.conf'))
  const stale = staleUnits(plan, written, wasBegun)
  if (stale.length > 0) steps.push(run('systemctl', 'try-restart', ...stale))
  return steps
}

/**
 * The watchdog and the agent, where their unit is another one, or they run from another release. Never the target: it
 * serves, runs no code of ours, and when it is restarted is its owner's to choose.
 */
function staleUnits(
  { host, contract, release }: Plan,
  written: readonly string[],
  wasBegun: boolean,
): string[] {
  const { watchdog, agent } = contract.units
  const contractFile = installedContract(contract)
  // A HostRoot remembers the links that it has seen, and `current` has moved since.
  const running = checkRunning({ host: host.anew(), contract, contractFile })
  return [watchdog, agent].filter(
    (unit) =>
      wasBegun ||
      (release !== null && release.from !== release.name) ||
      [`${UNIT_DIRECTORY}/${unit}`, ENVIRONMENT_FILE].some((path) => written.includes(path)) ||
      running.some(({ state, what }) => state === 'drift' && what.startsWith(`${unit}:`)),
  )
}

/** Those of the contract that are up, or on their way. */
export function activeUnits({ units }: RuntimeContract): string[] {
  return Object.values(units).filter((unit) => {
    const { stdout } = spawnSync('systemctl', ['is-active', unit], {
      encoding: 'utf8',
      timeout: STEP_LIMIT_MS,
    })
    return ['active', 'activating', 'reloading', 'deactivating'].includes(stdout?.trim() ?? '')
  })
}

export function run(program: string, ...words: string[]): Step {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    encoding: 'utf8',
    timeout: STEP_LIMIT_MS,
  })
  const said = error === undefined ? `${stdout}${stderr}`.trim() : error.message
  return { command: [program, ...words].join(' '), ok: status === 0, said }
}

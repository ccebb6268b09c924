/**
 * The programs look themselves, before they make or open anything (RC5): `ExecStartPre` may have been taken out by a
 * drop-in, and a start by hand has none. What counts depends on how the program came to its contract:
 *
 * - as a unit of it: strictly, with that unit;
 * - installed, and started by hand: strictly, without a unit;
 * - by a contract that somebody named: what has drifted from it. What cannot be looked at is no drift there, since a
 *   contract may be tried out on a host that lacks its account;
 * - by the one that ships beside a checkout, or a demonstration's: nothing, for it describes another place than this;
 * - from an image: nothing, since accounts, units and the target's files are none of the image's (ADR 0031).
 */
import { existsSync, readFileSync } from 'node:fs'
import { failing, type CheckItem } from '#domain/contract/check-item.ts'
import { installedContract } from '#domain/contract/deployment.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { IMAGE_MARK_FILE, SHIPPED_CONTRACT } from '#agent/places.ts'
import type { Settings } from '#agent/settings/settings.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The settings, or no start; not enforced, the settings with what was found among their warnings. */
export async function underContract(settings: Settings, env: Environment): Promise<Settings> {
  const isElsewhere = settings.contract.contract.kind !== 'production' || existsSync(IMAGE_MARK_FILE)
  // Then what it takes is not even loaded.
  const found = isElsewhere ? [] : await startFindings(settings, env)
  if (found.length === 0) return settings
  if (settings.config.values['contract.enforce'])
    throw new HoldfastProblem('contract_drift', found.map(findingLines).join(''))
  const faults = found.map(({ what, source, expected, found: is, why }) => ({
    name: `${what} (${source})`,
    expected: expected ?? 'something that can be looked at',
    found: is ?? why ?? 'nothing',
  }))
  return {
    ...settings,
    contract: { ...settings.contract, drift: [...settings.contract.drift, ...faults] },
    warnings: [...settings.warnings, ...faults],
  }
}

async function startFindings(settings: Settings, env: Environment): Promise<CheckItem[]> {
  const { checkBeforeStart } = await import('./check-contract.ts')
  const { HostRoot } = await import('./host-root.ts')
  const {
    contract: { contract, file },
    config,
  } = settings
  const host = new HostRoot('/')
  const unit = unitOfThisProcess(contract, env)
  const isInstalled = host.samePath(file, installedContract(contract))
  const isNamed = config.values.contract_file !== null && !host.samePath(file, SHIPPED_CONTRACT)
  if (unit === null && !isInstalled && !isNamed) return []
  const items = checkBeforeStart(host, file, env, unit)
  return failing(items, { unit: null, strict: unit !== null || isInstalled })
}

/** systemd names each start, and puts it into a control group of its unit's name. */
function unitOfThisProcess({ units }: RuntimeContract, { INVOCATION_ID }: Environment): string | null {
  if (INVOCATION_ID === undefined) return null
  try {
    const groups = readFileSync('/proc/self/cgroup', 'utf8').trimEnd().split('\n')
    return Object.values(units).find((unit) => groups.some((group) => group.endsWith(`/${unit}`))) ?? null
  } catch {
    return null // no /proc: then nothing else works either, and says so
  }
}

function findingLines({ what, scope, source, against, expected, found, why, mend }: CheckItem): string {
  return [
    `\n  ${what} (${scope}), read in ${source}`,
    ...(why === null ? [] : [`not checked: ${why}`]),
    ...(expected === null ? [] : [`expected  ${expected}   (${against})`]),
    ...(found === null ? [] : [`found     ${found}`]),
    ...(mend === null ? [] : [`mend      ${mend}`]),
  ].join('\n    ')
}

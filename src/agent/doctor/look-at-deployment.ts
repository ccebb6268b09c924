/** What is deployed: versions, the runtime contract, the release that runs, and an installation that was interrupted. */
import { CONTRACT_SCOPE, type CheckItem } from '#domain/contract/check-item.ts'
import { installedContract } from '#domain/contract/deployment.ts'
import { checkBeforeStart, checkContract } from '#agent/contract/check-contract.ts'
import { HostRoot } from '#agent/contract/host-root.ts'
import { SHIPPED_CONTRACT } from '#agent/places.ts'
import { readRecord } from '#agent/release/install-record.ts'
import { currentRelease, listReleases, previousRelease } from '#agent/release/releases.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { VERSION } from '#agent/version.ts'
import { finding, good, notChecked, type Examination, type Look } from './examination.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What the program is built for. */
const NODE_MAJOR = 24

export function deploymentExaminations(settings: Settings, env: Environment): Examination[] {
  return [
    { id: 'versions', title: 'Versions', look: async () => lookAtVersions(settings) },
    { id: 'contract', title: 'Runtime contract', look: async () => lookAtContract(settings, env) },
    { id: 'release', title: 'Release', look: async () => lookAtRelease() },
  ]
}

function lookAtVersions({ contract: { contract } }: Settings): Look {
  const text = `Holdfast ${VERSION}, contract ${contract.version}, Node ${process.versions.node}`
  const major = Number(process.versions.node.split('.')[0])
  return major >= NODE_MAJOR
    ? good(text)
    : finding(
        `${text}: it needs Node ${NODE_MAJOR}`,
        'install nodejs 24 into the conda environment (deploy/environment.yml)',
      )
}

function lookAtContract({ contract: { contract, file } }: Settings, env: Environment): Look | Look[] {
  if (contract.kind === 'demonstration')
    return notChecked('a demonstration’s contract is written anew at each start, and describes no deployment')
  const host = new HostRoot('/')
  const isInstalled = host.samePath(file, installedContract(contract))
  if (!isInstalled && host.samePath(file, SHIPPED_CONTRACT))
    return notChecked(
      'this checkout is not installed; holdfast contract check shows what the shipped contract would need',
    )
  const items = isInstalled
    ? checkContract(host, file, env).items
    : checkBeforeStart(host, file, env, null).filter(({ scope }) => scope === CONTRACT_SCOPE)
  const looks = items.flatMap(lookOf)
  const ok = items.filter(({ state }) => state === 'ok').length
  return looks.length === 0 ? good(`nothing has drifted from ${file}, ${ok} items`) : looks
}

function lookOf({ state, what, scope, source, expected, found, why, mend }: CheckItem): Look[] {
  if (state === 'drift') {
    const said = `${what} (${scope}, ${source}): expected ${expected}, found ${found}`
    return [finding(said, mend ?? 'holdfast contract check')]
  }
  return state === 'not_checked' ? [notChecked(`${what} (${scope}, ${source}): ${why}`)] : []
}

function lookAtRelease(): Look {
  const record = readRecord('/')
  if (record === null) return notChecked('nothing is installed on this host')
  if (record.unfinished)
    return finding(
      'an installation was interrupted, or one of its steps failed',
      'holdfast install-systemd: it does the rest',
    )
  if (record.layout === 'project') return good('the units run from a checkout, without releases')
  const current = currentRelease('/')
  if (current === null)
    return finding('/opt/holdfast/current leads to no release', 'holdfast install-systemd')
  const previous = previousRelease('/')
  const back = previous === null ? 'there is none to go back to' : `the way back leads to ${previous.name}`
  return good(`${current.name} of ${listReleases('/').length}; ${back}`)
}

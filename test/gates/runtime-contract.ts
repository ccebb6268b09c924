/**
 * Gate: the deployment files are those of the contract, a host on which they are installed has no drift, and neither has
 * this one where it is such a host (RC3, RC5).
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { failing } from '#domain/contract/check-item.ts'
import { INSTALLED_CONTRACT } from '#domain/contract/deployment.ts'
import { RENDERED_FILES } from '#domain/contract/rendered-files.ts'
import { checkContract } from '#agent/contract/check-contract.ts'
import { HostRoot } from '#agent/contract/host-root.ts'
import { SHIPPED_CONTRACT } from '#agent/places.ts'
import { loadContract } from '#agent/settings/load-contract.ts'
import { DriftGround } from '../agent/contract/drift-ground.ts'
import { ROOT } from '../support/holdfast.ts'
import { printGate, type Look } from './gate.ts'

await printGate(async (look) => {
  const { contract } = loadContract(SHIPPED_CONTRACT, {})
  look.hash('deploy/runtime-contract.json', readFileSync(SHIPPED_CONTRACT))
  for (const { file, text } of RENDERED_FILES) {
    const path = join(ROOT, file)
    const isSame = existsSync(path) && readFileSync(path, 'utf8') === text(contract)
    look.holds(
      isSame,
      'rendered_differs',
      `${file} is not the one that the contract renders`,
      'npm run render',
    )
  }
  const ground = new DriftGround(contract)
  try {
    lookAtHost(look, new HostRoot(ground.root), 'a host with the rendered files')
  } finally {
    ground.remove()
  }
  const isInstalled = existsSync(INSTALLED_CONTRACT)
  look.figure('this host is a deployment', isInstalled)
  if (isInstalled) lookAtHost(look, new HostRoot('/'), 'this host')
  look.figure('contract', contract.version)
})

function lookAtHost(look: Look, host: HostRoot, name: string): void {
  const { items } = checkContract(host, INSTALLED_CONTRACT, {})
  const failed = failing(items, { unit: null, strict: true })
  look.figure(`${name}: items looked at`, items.length)
  look.add(
    items.length,
    failed.map(({ what, scope, expected, found, why, mend }) => ({
      code: 'contract_drift',
      message: `${name}: ${what} (${scope}): ${why ?? `expected ${expected}, found ${found}`}`.slice(0, 1900),
      mend,
    })),
  )
}

/** The units on the disk against those that systemd has loaded: a start uses the latter (RC3). */
import { notApplicable, notChecked, RUNNING_SCOPE, type CheckItem } from '#domain/contract/check-item.ts'
import { compareLoaded, loadedItemName } from '#domain/contract/loaded-unit.ts'
import type { Ground } from './ground.ts'
import { installedUnit } from './installed-unit.ts'
import type { UnitManager } from './unit-manager.ts'

export function checkLoaded({ host, contract, contractFile }: Ground, manager: UnitManager): CheckItem[] {
  const { target, watchdog, agent, prune } = contract.units
  const installed = [target, watchdog, agent, prune].flatMap((name) => {
    const found = installedUnit(host, name)
    return found.kind === 'unit' ? [found.unit] : []
  })
  const at = {
    scope: RUNNING_SCOPE,
    what: 'units as systemd loaded them',
    source: 'systemctl show',
    against: contractFile,
  }
  // What is not installed is a finding of its own.
  if (installed.length === 0) return [notApplicable(at, 'no unit is installed')]
  const loaded = manager(installed.map(({ name }) => name))
  if (loaded.kind === 'none') return [notApplicable(at, loaded.why)]
  if (loaded.kind === 'silent') return [notChecked(at, loaded.why)]
  return installed.map((unit) => {
    const own = loaded.units.get(unit.name)
    return own === undefined
      ? notChecked({ ...at, what: loadedItemName(unit.name) }, 'systemctl says nothing of it')
      : compareLoaded({ loaded: own, unit, samePath: host.samePath })
  })
}

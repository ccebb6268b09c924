/**
 * Which findings a restart would put into force. A reload and a rolling replacement keep the master, and with it unit,
 * environment and binaries; a restart of the service starts all of it anew, after the same strict check of contract and
 * unit, which would leave the service down. What systemd has loaded of that unit is what it would start.
 */
import type { Rung } from '../journal/events.ts'
import { failing, RUNNING_SCOPE, type CheckItem } from './check-item.ts'
import { loadedItemName } from './loaded-unit.ts'

/** What the policy is told of it: enforced, or only warned of (RC5). */
export type AppliedDrift = 'refuses' | 'warns'

export function mayApplyDrift(rung: Rung): boolean {
  return rung === 'service'
}

export function appliedDrift<Item extends Pick<CheckItem, 'scope' | 'state' | 'what'>>(
  items: readonly Item[],
  { rung, unit }: { readonly rung: Rung; readonly unit: string },
): Item[] {
  if (!mayApplyDrift(rung)) return []
  const loaded = loadedItemName(unit)
  return [
    ...failing(items, { unit, strict: true }),
    ...items.filter(
      ({ scope, what, state }) => scope === RUNNING_SCOPE && what === loaded && state === 'drift',
    ),
  ]
}

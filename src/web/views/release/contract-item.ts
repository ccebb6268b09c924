/** How an item of the check looks and is named on the page. */
import type { ContractItem, ContractReport } from '#domain/schemas/contract-api.ts'
import { contractMessages } from '#web/messages-contract.ts'
import type { Look } from '#web/ui/look.ts'

const { scopes, states, verdicts } = contractMessages

const LOOKS: Record<ContractItem['state'], Pick<Look, 'tone' | 'shape'>> = {
  ok: { tone: 'ok', shape: 'disc' },
  drift: { tone: 'bad', shape: 'cross' },
  not_checked: { tone: 'held', shape: 'triangle' },
  not_applicable: { tone: 'unknown', shape: 'ring' },
}

export function itemLook(state: ContractItem['state']): Look {
  return { ...LOOKS[state], word: states[state] }
}

export function inState(
  { items }: ContractReport,
  ...wanted: readonly ContractItem['state'][]
): ContractItem[] {
  return items.filter(({ state }) => wanted.includes(state))
}

/** What is worst is said first; what could not be checked is never passed over. */
export function reportLook(report: ContractReport): Look {
  const [drift, unchecked] = [inState(report, 'drift'), inState(report, 'not_checked')].map(
    ({ length }) => length,
  )
  if (drift !== undefined && drift > 0) return { ...LOOKS.drift, word: verdicts.drift(drift) }
  if (unchecked !== undefined && unchecked > 0) {
    return { ...LOOKS.not_checked, word: verdicts.notChecked(unchecked) }
  }
  return { ...LOOKS.ok, word: verdicts.ok }
}

export function scopeText(scope: string): string {
  return scopes[scope] ?? scope
}

/** A sentence is for a person, and nothing to paste. */
export function isCommand(mend: string): boolean {
  return !/^(correct|put|choose) /.test(mend)
}

/**
 * One thing that the check has looked at (RC3): what, where both sides were read, and how to mend it. What could not
 * be looked at says why: it is never taken for good.
 */

export type CheckState = 'ok' | 'drift' | 'not_checked' | 'not_applicable'

export interface CheckItem {
  /** `contract`, `running`, or the unit that it belongs to. */
  readonly scope: string
  readonly what: string
  readonly state: CheckState
  /** Where the found side was read: `file:line` where there is a line. */
  readonly source: string
  /** Where the expected side was read. */
  readonly against: string
  readonly expected: string | null
  readonly found: string | null
  /** Of what was not checked, or does not apply. */
  readonly why: string | null
  /** The command that mends it, or a sentence where no command can. */
  readonly mend: string | null
}

export const CONTRACT_SCOPE = 'contract'
export const RUNNING_SCOPE = 'running'

export interface Looked {
  readonly scope: string
  readonly what: string
  readonly source: string
  readonly against: string
}

export function matches(looked: Looked, found: string): CheckItem {
  return { ...looked, state: 'ok', expected: found, found, why: null, mend: null }
}

export function drifted(
  looked: Looked,
  difference: { readonly expected: string; readonly found: string; readonly mend: string },
): CheckItem {
  return { ...looked, state: 'drift', why: null, ...difference }
}

export function notChecked(looked: Looked, why: string, mend: string | null = null): CheckItem {
  return { ...looked, state: 'not_checked', expected: null, found: null, why, mend }
}

export function notApplicable(looked: Looked, why: string): CheckItem {
  return { ...looked, state: 'not_applicable', expected: null, found: null, why, mend: null }
}

/**
 * RC5: what makes the check fail. Before the start of a unit only the contract and this unit count: an old watchdog must
 * not keep the target down. Strictly, what was not checked counts as well.
 */
export function failing<Item extends Pick<CheckItem, 'scope' | 'state'>>(
  items: readonly Item[],
  { unit, strict }: { readonly unit: string | null; readonly strict: boolean },
): Item[] {
  return items.filter(({ scope, state }) => {
    const counts = unit === null || scope === CONTRACT_SCOPE || scope === unit
    return counts && (state === 'drift' || (strict && state === 'not_checked'))
  })
}

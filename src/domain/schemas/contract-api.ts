/** What the check of the runtime contract has found, as it is answered (OB4, RC3). */
import * as z from 'zod/mini'
import { keptText } from '../free-text.ts'
import { mapTexts } from '../map-texts.ts'

const text = z.nullable(z.string())

export const contractItem = z.object({
  /** `contract`, `nginx`, `command`, `running`, or the unit that it belongs to. */
  scope: z.string(),
  what: z.string(),
  state: z.enum(['ok', 'drift', 'not_checked', 'not_applicable']),
  /** Where the found side was read: `file:line` where there is a line. */
  source: z.string(),
  /** Where the expected side was read. */
  against: z.string(),
  expected: text,
  found: text,
  /** Of what was not checked, or does not apply. */
  why: text,
  mend: text,
})

/** What `holdfast contract check --json` prints, as far as it is read again. */
export const checkDocument = z.object({
  contract_version: text,
  items: z.array(contractItem),
})

export const contractReport = z.object({
  checked_at: z.string(),
  age_ms: z.number(),
  took_ms: z.number(),
  file: z.string(),
  /** null: the file is no contract, and the items say why. */
  contract_version: text,
  /** False: drift is warned of, and refuses nothing (RUNTIME_CONTRACT_ENFORCE). */
  enforced: z.boolean(),
  /** The unit that a restart of the service starts anew. */
  target_unit: z.string(),
  items: z.array(contractItem),
})

export type CheckDocument = z.infer<typeof checkDocument>
export type ContractItem = z.infer<typeof contractItem>
export type ContractReport = z.infer<typeof contractReport>

const ITEM_CHARACTERS = 2_000

/** Lines of units and processes may hold what is nobody's to see, or draw on a screen (AU5). */
export function shownItem(item: ContractItem): ContractItem {
  return mapTexts(item, (one) => keptText(one, ITEM_CHARACTERS)) as ContractItem
}

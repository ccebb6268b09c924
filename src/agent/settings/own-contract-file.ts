/**
 * The contract that this program goes by where nobody names another: the one beside it; of a checkout that units run from
 * (layout `project`), the one that was installed for it.
 */
import { readFileSync, realpathSync } from 'node:fs'
import * as z from 'zod/mini'
import { PROJECT_CONTRACT } from '#domain/contract/deployment.ts'
import { CHECKOUT, SHIPPED_CONTRACT } from '#agent/places.ts'

export function ownContractFile(): string {
  try {
    const { code_dir: code } = z.parse(ofCheckout, JSON.parse(readFileSync(PROJECT_CONTRACT, 'utf8')))
    return realpathSync(code) === realpathSync(CHECKOUT) ? PROJECT_CONTRACT : SHIPPED_CONTRACT
  } catch {
    return SHIPPED_CONTRACT // no such layout here
  }
}

const ofCheckout = z.object({ code_dir: z.string() })

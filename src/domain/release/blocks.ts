/** What stands between a build and its cutover, each with what takes it away (MG3, MG6). */
import type { BuildIdentity } from './evidence.ts'
import type { GateId } from './gates.ts'
import type { Judgement } from './judge.ts'
import { heldBack, type Promotion } from './promotion.ts'

export interface Block {
  /** `gate_…` and the reason's code, or one of the promotion's own. */
  readonly code: string
  readonly gate: GateId | null
  readonly message: string
  readonly unblock: string
}

export function blocksOf(
  judgements: readonly Judgement[],
  promotion: Promotion,
  build: BuildIdentity,
): Block[] {
  return [...promotionBlocks(promotion, build), ...judgements.flatMap(gateBlocks)]
}

function gateBlocks({ gate, verdict, reasons }: Judgement): Block[] {
  if (verdict !== 'not_passed') return []
  return reasons.map(({ code, message, unblock }) => {
    return { code: `gate_${code}`, gate, message: `${gate}: ${message}`, unblock }
  })
}

function promotionBlocks(promotion: Promotion, build: BuildIdentity): Block[] {
  const blocks: Block[] = []
  if (promotion.unfinished?.act === 'rollback') {
    const message = 'a rollback was begun and has not ended'
    blocks.push({ code: 'rollback_unfinished', gate: null, message, unblock: 'holdfast rollback' })
  }
  const held = heldBack(promotion, build)
  if (held !== null) {
    const message = `this build was rolled back by ${held.by}: ${held.reason}`
    const unblock = 'holdfast cutover --again --reason TEXT, if it is to come back'
    blocks.push({ code: 'rolled_back', gate: null, message, unblock })
  }
  return blocks
}

import { NOTHING_PROMOTED, type Promotion } from '#domain/release/promotion.ts'
import type { GateId } from '#domain/release/gates.ts'
import type { EvidenceReading } from '#domain/release/judge.ts'
import type { Waiver } from '#domain/release/waiver.ts'
import { gatesViewOf, type ReleaseSighting } from '#domain/release/view.ts'
import { allPassed, BUILD, NOW } from '../domain/release/sample-evidence.ts'

export interface Told {
  readings?: Partial<Record<GateId, EvidenceReading>>
  waivers?: readonly Waiver[]
  promotion?: Promotion
}

/** Every gate passed, but for what a test says otherwise. */
export function sampleGates({ readings = {}, waivers = [], promotion = NOTHING_PROMOTED }: Told = {}) {
  const evidence = Object.fromEntries(
    Object.entries({ ...allPassed(), ...readings }).map(([gate, newest]) => {
      const history = newest.kind === 'read' ? [newest.evidence] : []
      return [gate, { newest, history }]
    }),
  ) as unknown as ReleaseSighting['evidence']
  return gatesViewOf(
    { build: BUILD, evidence, waivers, promotion: { kind: 'read', promotion }, rollbackTargetMs: 30_000 },
    NOW,
  )
}

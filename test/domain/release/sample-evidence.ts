import { sealed, type BuildIdentity, type Evidence } from '#domain/release/evidence.ts'
import { GATE_IDS, gateSpec, type GateId } from '#domain/release/gates.ts'
import type { EvidenceReading } from '#domain/release/judge.ts'

export const NOW = 1_795_000_000_000

export const BUILD: BuildIdentity = {
  commit: 'c'.repeat(40),
  head: 'branch',
  tree: 'clean',
  build_hash: 'b'.repeat(64),
  contract_version: '2026.11.1',
  version: '0.1.0',
}

/** No hash of the real world: different for different texts, and the same for the same. */
export function plainHash(text: string): string {
  return [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 2_147_483_647, 7).toString(16)
}

export function evidenceOf(gate: GateId, changed: Partial<Omit<Evidence, 'hash'>> = {}): Evidence {
  const ended_at = NOW - 60_000
  const content: Omit<Evidence, 'hash'> = {
    format: 'holdfast.evidence/1',
    gate,
    run_id: 'run',
    build: BUILD,
    outcome: 'passed',
    started_at: ended_at - 5000,
    ended_at,
    expires_at: ended_at + gateSpec(gate).validMs,
    duration_ms: 5000,
    command: `holdfast gates run --only ${gate}`,
    checks: 3,
    figures: [],
    findings: [],
    hashes: [],
  }
  return sealed({ ...content, ...changed }, plainHash)
}

export function readingOf(evidence: Evidence): EvidenceReading {
  return { kind: 'read', evidence, isIntact: true, isRecorded: true }
}

export function allPassed(): Record<GateId, EvidenceReading> {
  return Object.fromEntries(GATE_IDS.map((gate) => [gate, readingOf(evidenceOf(gate))])) as Record<
    GateId,
    EvidenceReading
  >
}

/**
 * Runs gates: those that disturb nobody beside each other, the others each by itself. Every one ends in a piece of
 * evidence, whatever has happened to it; together they are one row of the audit trail.
 */
import type { BuildIdentity, Evidence } from '#domain/release/evidence.ts'
import { sealed } from '#domain/release/evidence.ts'
import { notRun, type GateReport } from '#domain/release/gate-report.ts'
import { gateSpec, type GateId } from '#domain/release/gates.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { sha256 } from '#agent/store/row-hash.ts'
import type { Ended } from './run-program.ts'

export type GateProgress =
  | { readonly kind: 'began'; readonly gate: GateId }
  | { readonly kind: 'ended'; readonly gate: GateId; readonly evidence: Evidence }

export interface GateRunParts {
  readonly runId: string
  readonly clock: Clock
  readonly build: () => Promise<BuildIdentity>
  readonly run: (gate: GateId) => Promise<Ended>
  readonly keep: (evidence: Evidence) => Promise<void>
  readonly tell: (progress: GateProgress) => void
}

/** As many as there are cores here; what measures time has them to itself. */
const SIDE_BY_SIDE = 2

export async function runGates(gates: readonly GateId[], parts: GateRunParts): Promise<Evidence[]> {
  const before = await parts.build()
  const evidence: Evidence[] = []
  const waiting = gates.filter((gate) => !gateSpec(gate).runsAlone)
  const lane = async (): Promise<void> => {
    for (let gate = waiting.shift(); gate !== undefined; gate = waiting.shift()) {
      evidence.push(await runGate(gate, before, parts))
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane))
  for (const gate of gates.filter((one) => gateSpec(one).runsAlone)) {
    evidence.push(await runGate(gate, before, parts))
  }
  return gates.flatMap((gate) => evidence.filter((one) => one.gate === gate))
}

async function runGate(gate: GateId, before: BuildIdentity, parts: GateRunParts): Promise<Evidence> {
  const { clock, tell } = parts
  tell({ kind: 'began', gate })
  const [startedAt, from] = [clock.wallNow(), clock.monotonicNow()]
  const { report, command } = await parts.run(gate)
  const after = await parts.build()
  const { checks, figures, findings, hashes, outcome } = unchanged(before, after, report)
  const duration_ms = Math.round(clock.monotonicNow() - from)
  // By the clock that never jumps: a wall clock that was set meanwhile is no reason for an end before the beginning.
  const ended_at = startedAt + duration_ms
  const evidence = sealed(
    {
      format: 'holdfast.evidence/1',
      gate,
      run_id: parts.runId,
      build: after,
      outcome,
      started_at: startedAt,
      ended_at,
      expires_at: ended_at + gateSpec(gate).validMs,
      duration_ms,
      command,
      checks,
      figures,
      findings,
      hashes,
    },
    sha256,
  )
  await parts.keep(evidence)
  tell({ kind: 'ended', gate, evidence })
  return evidence
}

/** What changed under a gate's feet was not what it looked at. */
function unchanged(before: BuildIdentity, after: BuildIdentity, report: GateReport): GateReport {
  const isSame = before.build_hash === after.build_hash && before.commit === after.commit
  return isSame ? report : notRun('build_changed', 'the build changed while it ran', null)
}

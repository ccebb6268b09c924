/**
 * Whether a gate counts as passed, for exactly this build and now (MG2). Everything but a passed, untouched, fitting,
 * fresh piece of evidence is not passed, with the reason and the command that changes it.
 */
import type { DurationMs, EpochMs } from '../time.ts'
import type { BuildIdentity, Evidence } from './evidence.ts'
import { GATE_IDS, gateSpec, type GateId } from './gates.ts'
import { waiverFor, type Waiver } from './waiver.ts'

/** What was found of a gate's newest evidence. */
export type EvidenceReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly why: string }
  | {
      readonly kind: 'read'
      readonly evidence: Evidence
      readonly isIntact: boolean
      /** null: the journal cannot be read. */
      readonly isRecorded: boolean | null
    }

export interface Reason {
  readonly code: ReasonCode
  readonly message: string
  /** What to type, or to do. */
  readonly unblock: string
}

export type ReasonCode =
  | 'not_run'
  | 'failed'
  | 'expired'
  | 'other_commit'
  | 'other_build'
  | 'other_contract'
  | 'tampered'
  | 'not_recorded'
  | 'clock_skew'
  | 'work_tree_dirty'
  | 'head_detached'
  | 'commit_unknown'
  | 'not_built'

export interface Judgement {
  readonly gate: GateId
  readonly verdict: 'passed' | 'waived' | 'not_passed'
  /** Why it has not passed of itself; told for a waived one, too. */
  readonly reasons: readonly Reason[]
  readonly waiver: Waiver | null
  readonly evidence: Evidence | null
  readonly ageMs: DurationMs | null
}

export interface JudgeInput {
  readonly build: BuildIdentity
  readonly readings: Readonly<Partial<Record<GateId, EvidenceReading>>>
  readonly waivers: readonly Waiver[]
  readonly now: EpochMs
}

/** Two clocks that are set by the same servers differ by less. */
const SKEW_MS: DurationMs = 60_000

export function judgeAll(input: JudgeInput): Judgement[] {
  return GATE_IDS.map((gate) => judgeGate(gate, input))
}

export function judgeGate(gate: GateId, { build, readings, waivers, now }: JudgeInput): Judgement {
  const reading = readings[gate] ?? { kind: 'none' }
  const reasons = reasonsAgainst(gate, reading, build, now)
  const waiver = reasons.length === 0 ? null : waiverFor(gate, waivers, { build, now })
  const evidence = reading.kind === 'read' ? reading.evidence : null
  return {
    gate,
    verdict: reasons.length === 0 ? 'passed' : waiver === null ? 'not_passed' : 'waived',
    reasons,
    waiver,
    evidence,
    ageMs: evidence === null ? null : Math.max(0, now - evidence.ended_at),
  }
}

function reasonsAgainst(
  gate: GateId,
  reading: EvidenceReading,
  build: BuildIdentity,
  now: EpochMs,
): Reason[] {
  const run = runCommand(gate)
  if (reading.kind === 'none') return [{ code: 'not_run', message: 'it was not run here', unblock: run }]
  if (reading.kind === 'unreadable') {
    return [{ code: 'tampered', message: `its evidence cannot be read: ${reading.why}`, unblock: run }]
  }
  const { evidence, isIntact, isRecorded } = reading
  if (evidence.gate !== gate) {
    return [{ code: 'tampered', message: `its evidence is that of ${evidence.gate}`, unblock: run }]
  }
  if (!isIntact) {
    return [{ code: 'tampered', message: 'its evidence was changed after it was written', unblock: run }]
  }
  return [
    ...(isRecorded === true ? [] : [notRecorded(isRecorded, run)]),
    ...outcomeReasons(evidence, run),
    ...bindingReasons(evidence, build, run),
    ...timeReasons(gate, evidence, { now, run }),
  ]
}

function notRecorded(isRecorded: false | null, run: string): Reason {
  return isRecorded === null
    ? { code: 'not_recorded', message: 'the journal cannot be read', unblock: 'holdfast audit verify' }
    : { code: 'not_recorded', message: 'no row of the audit trail knows its evidence', unblock: run }
}

function outcomeReasons({ outcome, findings }: Evidence, run: string): Reason[] {
  if (outcome === 'passed') return []
  const [first] = findings
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : ''
  const message = first === undefined ? 'it says no more than that' : `${first.message}${more}`
  const unblock = first?.mend ? `${first.mend}; then ${run}` : run
  return [{ code: outcome, message, unblock }]
}

/** Both what it was run on and what is here now must be nameable, and the same. */
function bindingReasons(evidence: Evidence, build: BuildIdentity, run: string): Reason[] {
  const was = evidence.build
  const reasons: Reason[] = [...unnameable(was, run)]
  if (build.build_hash === null) {
    reasons.push({ code: 'not_built', message: 'nothing is built here', unblock: 'npm run build' })
  } else if (was.build_hash !== build.build_hash) {
    const message = `it ran on the build ${short(was.build_hash)}, this one is ${short(build.build_hash)}`
    reasons.push({ code: 'other_build', message, unblock: run })
  }
  // An installed release lies in no repository: there, its build says by itself which one it is.
  if (build.commit !== null && was.commit !== build.commit) {
    const message = `it ran on the commit ${short(was.commit)}, this one is ${short(build.commit)}`
    reasons.push({ code: 'other_commit', message, unblock: run })
  }
  if (was.contract_version !== build.contract_version) {
    const message = `it ran on the contract ${was.contract_version ?? 'of no version'}, this one is ${build.contract_version ?? 'of no version'}`
    reasons.push({ code: 'other_contract', message, unblock: run })
  }
  return reasons
}

function unnameable({ tree, head, commit }: BuildIdentity, run: string): Reason[] {
  const reasons: Reason[] = []
  if (commit === null) {
    const message = 'no commit says what it ran on'
    reasons.push({ code: 'commit_unknown', message, unblock: `in a clone with its history: ${run}` })
  }
  if (tree === 'dirty') {
    const message = 'it ran on a work tree with changes that no commit holds'
    reasons.push({ code: 'work_tree_dirty', message, unblock: `commit or stash them; then ${run}` })
  }
  if (head === 'detached') {
    const message = 'it ran on a detached head: no branch says what that is'
    reasons.push({ code: 'head_detached', message, unblock: `git switch BRANCH; then ${run}` })
  }
  return reasons
}

function timeReasons(
  gate: GateId,
  { started_at: from, ended_at: to, expires_at: until }: Evidence,
  { now, run }: { now: EpochMs; run: string },
): Reason[] {
  if (to > now + SKEW_MS || from > to) {
    const message = 'it says that it ended in the future: a clock was wrong, then or now'
    return [{ code: 'clock_skew', message, unblock: `timedatectl; then ${run}` }]
  }
  // Written by whoever wrote the evidence, and never believed beyond what the gate allows.
  const end = Math.min(until, to + gateSpec(gate).validMs)
  if (now < end) return []
  return [{ code: 'expired', message: 'it is too old to count', unblock: run }]
}

export function runCommand(gate: GateId): string {
  return `holdfast gates run --only ${gate}`
}

function short(hash: string | null): string {
  return hash === null ? 'of no name' : hash.slice(0, 12)
}

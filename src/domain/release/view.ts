/** Gates, blocks and what is live, as the admin API and the commands tell them. */
import type { GatesView, GateView } from '../schemas/gates-api.ts'
import { utcText, type DurationMs, type EpochMs } from '../time.ts'
import { blocksOf } from './blocks.ts'
import type { BuildIdentity, Evidence } from './evidence.ts'
import { gateSpec, type GateId } from './gates.ts'
import { judgeAll, type EvidenceReading, type Judgement } from './judge.ts'
import { NOTHING_PROMOTED, type Promotion } from './promotion.ts'
import type { Waiver } from './waiver.ts'

export interface ReleaseSighting {
  readonly build: BuildIdentity
  readonly evidence: Readonly<
    Record<GateId, { readonly newest: EvidenceReading; readonly history: readonly Evidence[] }>
  >
  readonly waivers: readonly Waiver[]
  readonly promotion: PromotionReading
  /** What a rollback may take (SH7). */
  readonly rollbackTargetMs: DurationMs
}

export type PromotionReading =
  | { readonly kind: 'read'; readonly promotion: Promotion }
  | { readonly kind: 'unreadable'; readonly why: string }

export function gatesViewOf(
  { build, evidence, waivers, promotion, rollbackTargetMs }: ReleaseSighting,
  now: EpochMs,
): GatesView {
  const readings = Object.fromEntries(Object.entries(evidence).map(([gate, { newest }]) => [gate, newest]))
  const judgements = judgeAll({ build, readings, waivers, now })
  const known = promotion.kind === 'read' ? promotion.promotion : NOTHING_PROMOTED
  const blocks: GatesView['blocks'] = blocksOf(judgements, known, build).map((block) => ({ ...block }))
  if (promotion.kind === 'unreadable') {
    const message = `what is live cannot be read: ${promotion.why}`
    const unblock = 'put promotion.json back from a backup, or away'
    blocks.unshift({ code: 'promotion_unreadable', gate: null, message, unblock })
  }
  return {
    build,
    ready: blocks.length === 0,
    gates: judgements.map((one) => gateViewOf(one, evidence[one.gate].history)),
    blocks,
    promotion: promotionViewOf(promotion, rollbackTargetMs),
  }
}

function gateViewOf(judgement: Judgement, history: readonly Evidence[]): GateView {
  const { gate, verdict, reasons, waiver, evidence, ageMs } = judgement
  const { title, protects } = gateSpec(gate)
  return {
    id: gate,
    title,
    protects,
    verdict,
    reasons: reasons.map((reason) => ({ ...reason })),
    waiver:
      waiver === null ? null : { name: waiver.name, reason: waiver.reason, until: utcText(waiver.until) },
    evidence: evidence === null ? null : evidenceViewOf(evidence, ageMs ?? 0),
    history: history.map(({ ended_at, outcome, duration_ms, build, findings }) => ({
      ended_at: utcText(ended_at),
      outcome,
      duration_ms,
      commit: build.commit,
      build_hash: build.build_hash,
      findings: findings.length,
    })),
  }
}

function evidenceViewOf(evidence: Evidence, ageMs: number): GateView['evidence'] {
  const { build, ended_at, expires_at, run_id, outcome, duration_ms, command, checks, ...rest } = evidence
  const { commit, build_hash, contract_version } = build
  const { figures, findings, hashes, hash } = rest
  return {
    run_id,
    outcome,
    ended_at: utcText(ended_at),
    expires_at: utcText(expires_at),
    duration_ms,
    age_ms: ageMs,
    command,
    checks,
    figures,
    findings,
    hashes,
    commit,
    build_hash,
    contract_version,
    hash,
  }
}

function promotionViewOf(reading: PromotionReading, targetMs: DurationMs): GatesView['promotion'] {
  const problem = reading.kind === 'unreadable' ? reading.why : null
  const {
    pinned,
    held,
    unfinished,
    last_rollback: last,
  } = reading.kind === 'read' ? reading.promotion : NOTHING_PROMOTED
  const named = (one: { commit: string | null; build_hash: string | null; at: number; by: string }) => {
    const { commit, build_hash, at, by } = one
    return { commit, build_hash, at: utcText(at), by }
  }
  return {
    pinned: pinned === null ? null : named(pinned),
    held: held.map((one) => ({ ...named(one), reason: one.reason })),
    unfinished:
      unfinished === null
        ? null
        : {
            act: unfinished.act,
            done: unfinished.done,
            left: unfinished.steps.filter((step) => !unfinished.done.includes(step)),
            at: utcText(unfinished.at),
            by: unfinished.by,
          },
    rollback_target_ms: targetMs,
    last_rollback: last === null ? null : { ...last, at: utcText(last.at) },
    problem,
  }
}

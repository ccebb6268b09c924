/** What a rehearsal walked (MG4), step by step, each with its time; and how that reads as the report of its gate. */
import * as z from 'zod/mini'
import type { GateFinding, GateReport } from './gate-report.ts'

export const REHEARSAL_STEPS = [
  'target_started',
  'bare_reload',
  'watchdog_started',
  'load_running',
  'restart_requested',
  'workers_replaced',
  'health_good',
  'load_judged',
  'rolled_back',
  'all_ended',
] as const

export const rehearsalStep = z.object({
  step: z.enum(REHEARSAL_STEPS),
  ok: z.boolean(),
  took_ms: z.number(),
  detail: z.string(),
})

const walk = z.object({
  /** How gunicorn's workers serve. */
  worker_class: z.enum(['sync', 'gthread']),
  steps: z.array(rehearsalStep),
  requests: z.number(),
  requests_failed: z.number(),
  /** A SIGHUP by hand of the same target under the same load, with nobody watching: what gunicorn loses by itself. */
  bare: z.object({ requests: z.number(), requests_failed: z.number() }),
  /** Of sync workers: none. Else what a bare SIGHUP may lose of idle connections, one each at most. */
  requests_failed_allowed: z.number(),
})

export const rehearsal = z.object({
  ok: z.boolean(),
  root: z.string(),
  target: z.string(),
  walks: z.array(walk),
  rollback: z.object({ took_ms: z.nullable(z.number()), target_ms: z.number() }),
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
})

export type Rehearsal = z.infer<typeof rehearsal>
export type RehearsalStep = z.infer<typeof rehearsalStep>
export type Walk = z.infer<typeof walk>
type StepName = (typeof REHEARSAL_STEPS)[number]

export const STEP_WORDS: Readonly<Record<StepName, string>> = {
  target_started: 'the target is started from the contract',
  bare_reload: 'a bare SIGHUP under the same load is measured, to compare with',
  watchdog_started: 'the watchdog sees it serve',
  load_running: 'load runs against it',
  restart_requested: 'a restart is asked for',
  workers_replaced: 'every worker is a new one',
  health_good: 'the target answers healthy',
  load_judged: 'no request was lost that had not to be',
  rolled_back: 'the way back is walked, and verified',
  all_ended: 'nothing is left running',
}

/** What did not go as it has to, in words; empty: all of it did. */
export function rehearsalReasons(
  walks: readonly Walk[],
  rollback: Rehearsal['rollback'],
): Rehearsal['reasons'] {
  const reasons = walks.flatMap((one) => walkReasons(one))
  const { took_ms: took, target_ms: target } = rollback
  if (took === null) reasons.push({ code: 'rollback_not_walked', message: 'the way back was not walked' })
  else if (took > target) {
    const message = `the way back took ${seconds(took)}, its target is ${seconds(target)}`
    reasons.push({ code: 'rollback_late', message })
  }
  return reasons
}

function walkReasons({ worker_class: kind, steps, ...load }: Walk): Rehearsal['reasons'] {
  const missing: Rehearsal['reasons'] = REHEARSAL_STEPS.filter((name) => name !== 'rolled_back')
    .filter((name) => !steps.some(({ step, ok }) => step === name && ok))
    .map((name) => {
      const detail = steps.find(({ step }) => step === name)?.detail
      return { code: name, message: `${kind}: missed: ${STEP_WORDS[name]}${detail ? `; ${detail}` : ''}` }
    })
  const { requests, requests_failed: failed, requests_failed_allowed: allowed } = load
  if (requests === 0) missing.push({ code: 'load_missing', message: `${kind}: no request was sent` })
  if (failed > allowed) {
    const message = `${kind}: ${failed} of ${requests} requests failed, allowed are ${allowed}`
    missing.push({ code: 'requests_lost', message })
  }
  return missing
}

export function rehearsalReport({ ok, walks, rollback, reasons }: Rehearsal): GateReport {
  const findings: GateFinding[] = reasons.map(({ code, message }) => ({ code, message, mend: null }))
  return {
    format: 'holdfast.gate-report/1',
    outcome: ok ? 'passed' : 'failed',
    checks: walks.flatMap(({ steps }) => steps).length,
    figures: [
      ...walks.flatMap(({ worker_class: kind, steps, ...load }) => [
        figure(`${kind}: requests failed`, load.requests_failed, null, `≤ ${load.requests_failed_allowed}`),
        figure(`${kind}: requests failed at a bare SIGHUP`, load.bare.requests_failed, null, null),
        figure(`${kind}: requests sent at a bare SIGHUP`, load.bare.requests, null, null),
        figure(`${kind}: requests sent`, load.requests, null, null),
        figure(`${kind}: workers replaced within`, replacedMs(steps) ?? 'not walked', 'ms', null),
      ]),
      figure('rollback', rollback.took_ms ?? 'not walked', 'ms', `≤ ${rollback.target_ms}`),
    ],
    findings,
    hashes: [],
  }
}

/** From the request on: whoever asks waits for the outcome, and by then the new workers are there. */
function replacedMs(steps: readonly RehearsalStep[]): number | null {
  const [asked, seen] = (['restart_requested', 'workers_replaced'] as const).map((name) =>
    steps.find(({ step, ok }) => step === name && ok),
  )
  return asked === undefined || seen === undefined ? null : asked.took_ms + seen.took_ms
}

function figure(name: string, value: number | string, unit: string | null, limit: string | null) {
  return { name, value, unit, limit }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

import type { RestartLine, WorkerStatus } from '#domain/schemas/worker-api.ts'
import { NOW } from './raw-page.ts'
import { sampleHealth } from './sample-health.ts'

const { policy_state: POLICY, restart_churn: CHURN } = sampleHealth().resilience

/** A watchdog with nothing to do; with what a test changes. */
export function sampleWorker(changes: Partial<WorkerStatus> = {}): WorkerStatus {
  return {
    version: 's=allowed;a=0;c=0;r=0;g=0-0;p=0',
    history_readable: true,
    policy_state: POLICY,
    restart_churn: CHURN,
    recovery_recommendation: { action: 'none', reason: 'healthy' },
    cooldown: { active: false, remaining_seconds: 0 },
    guard: { latched: false, latched_at: null, released_at: null },
    pause: null,
    watchdog: { running: true, problem: null, seen_at: ago(400), rungs: null },
    unhelpful_restarts: 0,
    last_restart: null,
    restart_history: [],
    contract: { version: '2026.11.1', paths: [] },
    ...changes,
  }
}

/** A verified restart by the watchdog; with what a test changes. */
export function sampleLine(changes: Partial<RestartLine> = {}): RestartLine {
  return {
    kind: 'attempt',
    request_id: 'auto-1',
    requested_by: 'watchdog',
    requested_at: ago(120_000),
    completed_at: ago(116_000),
    source: 'auto',
    decision: 'executed',
    decision_reason: 'signal_sighup',
    detail: '4 workers were replaced',
    success: true,
    manual_override: false,
    override_reason: null,
    helped: true,
    ...changes,
  }
}

/** Three restarts in the window, none of which helped. */
export function guardedWorker(changes: Partial<WorkerStatus> = {}): WorkerStatus {
  const lines = [300_000, 200_000, 100_000].map((age, i) =>
    sampleLine({
      request_id: `auto-${i}`,
      requested_at: ago(age),
      completed_at: ago(age - 4000),
      helped: false,
    }),
  )
  return sampleWorker({
    version: 's=guarded;a=3;c=3;r=3;g=3-0;p=0',
    policy_state: { ...POLICY, state: 'guarded', allowed: false, blocked: true, attempts_in_window: 3 },
    restart_churn: { ...CHURN, count: 3, exceeded: true },
    guard: { latched: true, latched_at: ago(100_000), released_at: null },
    unhelpful_restarts: 3,
    last_restart: lines.at(-1) ?? null,
    restart_history: lines,
    ...changes,
  })
}

/** On the agent's clock. */
export function ago(ms: number): string {
  return new Date(NOW - ms).toISOString()
}

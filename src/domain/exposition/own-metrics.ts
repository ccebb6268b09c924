/**
 * What Holdfast says of itself and its target to Prometheus (OB6): each series once, with its name, meaning and value.
 * It may be read without signing in from the host itself (SE5), so there is no path, user or typed reason in it.
 * What is not known has no sample: an alert on 0 must not fire because nobody has looked.
 */
import { POLICY_STATES, CIRCUIT_STATES, HEALTH_STATUSES, type Health } from '../schemas/health.ts'
import type { SystemStatus } from '../schemas/admin-api.ts'
import type { EpochMs } from '../time.ts'
import type { ProbeCounts } from './probe-tally.ts'
import type { RestartCounts } from './restart-tally.ts'
import type { MetricFamily, Sample } from './text.ts'

export interface OwnMetricsInput {
  readonly health: Health
  readonly historyReadable: boolean
  readonly guardLatched: boolean
  readonly contract: { readonly version: string; readonly driftFindings: number | null }
  readonly system: SystemStatus
  readonly watchdogSeenAt: EpochMs | null
  readonly probes: ProbeCounts
  readonly restarts: RestartCounts
  readonly recentAttempts: number
  readonly archive: { readonly writtenTo: EpochMs; readonly failing: boolean }
  readonly agentCpuSeconds: number
}

export function ownMetrics(input: OwnMetricsInput): MetricFamily[] {
  return [
    ...targetMetrics(input),
    ...poolMetrics(input),
    ...policyMetrics(input),
    ...watchdogMetrics(input),
    ...intakeMetrics(input.system),
    ...agentMetrics(input),
  ]
}

function targetMetrics({ health, probes, system }: OwnMetricsInput): MetricFamily[] {
  const { status, checked_at: checkedAt, system_memory: memory, circuit_breaker: breaker } = health
  const isKnown = checkedAt !== null
  return [
    gauge('holdfast_target_status', 'Condition of the target as Holdfast judges it: 1 for the present one.', [
      ...(isKnown ? stateSet('status', HEALTH_STATUSES, status) : []),
    ]),
    gauge('holdfast_target_degraded', 'Whether the target is degraded or unhealthy.', [
      ...(isKnown ? [flag(status !== 'healthy')] : []),
    ]),
    gauge(
      'holdfast_target_checked_timestamp_seconds',
      'When the last probe came back.',
      at(checkedAt === null ? null : Date.parse(checkedAt)),
    ),
    counter(
      'holdfast_target_probes_total',
      'Probes of the target by what came of them.',
      byLabel('result', probes.results),
    ),
    gauge(
      'holdfast_circuit_breaker_state',
      'State of the breaker as the target tells it: 1 for the present one.',
      breaker === null ? [] : stateSet('state', CIRCUIT_STATES, breaker.state),
    ),
    gauge('holdfast_target_workers', 'Workers of the target.', known(system.target.worker_count)),
    gauge('holdfast_target_master_running', 'Whether the target has a master process.', [
      flag(system.target.master_pid !== null),
    ]),
    gauge(
      'holdfast_target_workers_resident_memory_bytes',
      'Resident memory of all workers as the target tells it.',
      known(memory?.workers_rss_bytes),
    ),
  ]
}

function poolMetrics({
  health: { database_pool: pool, resilience },
  probes,
}: OwnMetricsInput): MetricFamily[] {
  const { pool_warning: warning, pool_critical: critical } = resilience.thresholds
  return [
    gauge(
      'holdfast_database_pool_saturation_ratio',
      'Connections that are checked out, of all that there may be.',
      known(pool?.state.saturation),
    ),
    gauge(
      'holdfast_database_pool_checked_out_connections',
      'Connections that are checked out.',
      known(pool?.state.checked_out),
    ),
    gauge(
      'holdfast_database_pool_max_connections',
      'Connections that there may be.',
      known(pool?.state.max_capacity),
    ),
    gauge('holdfast_database_pool_warning_ratio', 'Saturation that counts as a breach.', [
      { value: warning },
    ]),
    gauge('holdfast_database_pool_critical_ratio', 'Saturation that may trigger a restart.', [
      { value: critical },
    ]),
    gauge(
      'holdfast_database_pool_consecutive_breaches',
      'Probes in a row up to the last that saw the pool at its warning saturation or above.',
      known(probes.poolBreaches),
    ),
    counter(
      'holdfast_database_pool_breach_runs_total',
      'How often three probes in a row saw the pool at its warning saturation or above.',
      [{ value: probes.poolBreachRuns }],
    ),
  ]
}

function policyMetrics(input: OwnMetricsInput): MetricFamily[] {
  const { health, historyReadable, guardLatched, restarts, recentAttempts, contract } = input
  const { policy_state: policy, restart_churn: churn } = health.resilience
  return [
    gauge(
      'holdfast_policy_state',
      'What the policy says of automatic restarts: 1 for the present state.',
      stateSet('state', POLICY_STATES, policy.state),
    ),
    gauge(
      'holdfast_guard_latched',
      'Whether the guard is latched, as it counts while the history cannot be read.',
      [flag(guardLatched)],
    ),
    gauge('holdfast_history_readable', 'Whether the restart history can be read.', [flag(historyReadable)]),
    gauge('holdfast_restart_attempts_in_window', 'Attempts that count towards the retry budget.', [
      { value: policy.attempts_in_window },
    ]),
    gauge('holdfast_restart_retry_budget', 'Attempts that a window allows.', [
      { value: policy.retry_budget },
    ]),
    gauge('holdfast_restart_window_seconds', 'Length of that window.', [{ value: policy.window_seconds }]),
    gauge('holdfast_restart_churn', 'Restarts of any cause in the window.', [{ value: churn.count }]),
    gauge('holdfast_restart_churn_threshold', 'Restarts in a window that latch the guard.', [
      { value: churn.threshold },
    ]),
    gauge('holdfast_restart_cooldown_remaining_seconds', 'Until the cooldown is over.', [
      { value: policy.cooldown_remaining_seconds },
    ]),
    gauge(
      'holdfast_restart_attempts_recent',
      'Restarts that the watchdog began in the last 600 seconds, released or not.',
      historyReadable ? [{ value: recentAttempts }] : [],
    ),
    counter(
      'holdfast_restarts_total',
      'Restarts since the agent started, by how they ended.',
      byLabel('outcome', restarts),
    ),
    gauge('holdfast_contract_valid', 'Whether the runtime contract and the environment agree.', [
      flag(health.runtime_contract.valid),
    ]),
    gauge(
      'holdfast_contract_drift_findings',
      'What disagrees with the runtime contract, as the last check found.',
      known(contract.driftFindings),
    ),
    gauge('holdfast_contract_info', 'The runtime contract in force.', [
      { labels: { version: contract.version }, value: 1 },
    ]),
  ]
}

function watchdogMetrics({ system, watchdogSeenAt }: OwnMetricsInput): MetricFamily[] {
  return [
    gauge('holdfast_watchdog_running', 'Whether the watchdog gives signs of life.', [
      flag(system.watchdog.running),
    ]),
    gauge(
      'holdfast_watchdog_seen_timestamp_seconds',
      'When the watchdog last gave a sign of life.',
      at(watchdogSeenAt),
    ),
  ]
}

function intakeMetrics({ intake, scrape }: SystemStatus): MetricFamily[] {
  const { datagrams, samples, malformed, oversize, foreign, unpaired } = intake
  return [
    counter('holdfast_intake_datagrams_total', 'Datagrams that were read.', [{ value: datagrams }]),
    counter('holdfast_intake_samples_total', 'Requests that were taken in.', [{ value: samples }]),
    counter(
      'holdfast_intake_dropped_total',
      'What was thrown away of the datagrams, by reason.',
      byLabel('reason', { malformed, oversize, foreign, unpaired }),
    ),
    counter(
      'holdfast_intake_kernel_drops_total',
      'Datagrams that the kernel threw away before they were read.',
      known(intake.kernel_drops),
    ),
    gauge(
      'holdfast_intake_last_sample_timestamp_seconds',
      'When the last request was taken in.',
      at(intake.last_sample_at),
    ),
    counter('holdfast_scrapes_total', "Scrapes of the target's own metrics.", known(scrape?.scrapes)),
    counter(
      'holdfast_scrape_failures_total',
      "Scrapes of the target's own metrics that failed, by reason.",
      byLabel('reason', scrape?.failures ?? {}),
    ),
  ]
}

function agentMetrics({ system: { agent }, archive, agentCpuSeconds }: OwnMetricsInput): MetricFamily[] {
  return [
    gauge('holdfast_build_info', 'The release that runs.', [
      { labels: { version: agent.version }, value: 1 },
    ]),
    gauge('holdfast_agent_start_timestamp_seconds', 'When the agent started.', at(agent.started_at)),
    gauge('holdfast_agent_resident_memory_bytes', 'Resident memory of the agent.', [
      { value: agent.rss_bytes },
    ]),
    counter('holdfast_agent_cpu_seconds_total', 'Processor time of the agent.', [{ value: agentCpuSeconds }]),
    gauge(
      'holdfast_archive_written_timestamp_seconds',
      'Up to when raw samples are on the disk.',
      at(archive.writtenTo),
    ),
    gauge('holdfast_archive_failing', 'Whether raw samples could not be written to the disk the last time.', [
      flag(archive.failing),
    ]),
  ]
}

function gauge(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name, type: 'gauge', help, samples }
}

function counter(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name, type: 'counter', help, samples }
}

function known(value: number | null | undefined): Sample[] {
  return value === null || value === undefined ? [] : [{ value }]
}

function at(instant: EpochMs | null): Sample[] {
  return known(instant === null ? null : instant / 1000)
}

function flag(holds: boolean): Sample {
  return { value: holds ? 1 : 0 }
}

function stateSet(label: string, states: readonly string[], present: string): Sample[] {
  return states.map((state) => ({ labels: { [label]: state }, ...flag(state === present) }))
}

function byLabel(label: string, counts: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(counts).map(([key, value]) => ({ labels: { [label]: key }, value }))
}

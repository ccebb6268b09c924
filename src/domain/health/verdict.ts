/**
 * The verdict in words: what is wrong, what the machine does by itself, and the next safe step. It says
 * what the payload says; what the payload leaves out is called unknown, never guessed (FC4).
 */
import { stepText } from '../policy/words.ts'
import type { ToldHealth } from '../schemas/health.ts'
import { byItselfText } from './by-itself.ts'

export interface Verdict {
  readonly level: 'healthy' | 'degraded' | 'unhealthy' | 'unknown'
  readonly headline: string
  readonly detail: string
  readonly byItself: string
  readonly nextStep: string
}

export interface VerdictContext {
  /** null while it is not known. */
  readonly watchdogRunning: boolean | null
}

export function verdictOf(health: ToldHealth, context: VerdictContext): Verdict {
  const known = !isUnseen(health)
  return {
    level: known ? health.status : 'unknown',
    headline: headlineOf(health),
    detail: detailOf(health),
    byItself: byItselfText(health, context),
    nextStep: nextStepOf(health, context),
  }
}

/** Another backend may not say when it looked; that nobody has looked yet is said by its reason. */
function isUnseen({ checked_at: checkedAt, degraded_reason: reason }: ToldHealth): boolean {
  return checkedAt === null && reason === 'not_probed_yet'
}

function nextStepOf(
  { resilience: { recovery_recommendation: step } }: ToldHealth,
  context: VerdictContext,
): string {
  return step === null
    ? 'Not known: this backend recommends nothing. Look for the cause of what is wrong, if anything is.'
    : stepText(step, context)
}

/** Codes that targets give as `degraded_reason`, in a few words; any other text is shown as it came. */
const HEADLINES: Readonly<Record<string, string>> = {
  pool_saturated: 'The connection pool is full',
  circuit_open: 'A dependency fails, its circuit is open',
  circuit_half_open: 'A dependency is being tried again',
  memory_high: 'The workers use too much memory',
  database_unreachable: 'The database cannot be reached',
  workers_missing: 'Workers are missing',
  target_unreachable: 'The target does not answer',
  http_5xx: 'The target answers with errors',
  health_malformed: 'The target’s health answer cannot be read',
  not_probed_yet: 'The target has not been looked at yet',
  unspecified: 'The target says that it is not well',
}

function headlineOf(health: ToldHealth): string {
  const { status, degraded_reason: reason } = health
  if (reason === 'pool_saturated' && (saturation(health) ?? 1) < 1)
    return 'The connection pool is nearly full'
  if (reason === 'circuit_open' && health.circuit_breaker?.state === 'HALF_OPEN')
    return HEADLINES.circuit_half_open ?? ''
  if (reason !== null)
    return Object.hasOwn(HEADLINES, reason) ? (HEADLINES[reason] ?? reason) : `The target reports: ${reason}`
  return status === 'healthy' ? 'The service is well' : 'The target says that it is not well'
}

function saturation({ database_pool: pool }: ToldHealth): number | null {
  return pool?.state.saturation ?? null
}

function detailOf(health: ToldHealth): string {
  if (isUnseen(health)) return 'The first probe has not come back.'
  if (health.services.target === 'unreachable')
    return UNTOLD[health.degraded_reason ?? ''] ?? UNTOLD.target_unreachable
  return [poolText(health), breakerText(health), databaseText(health), workersText(health)].join(' ')
}

/** Why nothing is known of the parts. */
const UNTOLD: Readonly<Record<string, string>> & { readonly target_unreachable: string } = {
  target_unreachable: 'Nothing is known of its pool, breaker and database while it does not answer.',
  http_5xx: 'It answers, with an error, and tells nothing of its pool, breaker and database.',
  health_malformed: 'It answers; what it says of its pool, breaker and database cannot be read.',
}

function poolText(health: ToldHealth): string {
  const { database_pool: pool } = health
  if (pool === null) return untold(health, 'database_pool', 'connection pool')
  const { checked_out: out, max_capacity: capacity } = pool.state
  return `${out} of ${capacity} connections are checked out.`
}

function breakerText(health: ToldHealth): string {
  const { circuit_breaker: breaker } = health
  if (breaker === null) return untold(health, 'circuit_breaker', 'breaker')
  switch (breaker.state) {
    case 'CLOSED':
      return 'The breaker is closed.'
    case 'HALF_OPEN':
      return 'The breaker is half open: one call at a time is let through.'
    case 'OPEN': {
      const wait = breaker.retry_after_seconds
      const next = wait === null || wait === undefined ? '' : `; the next try is in ${Math.ceil(wait)} s`
      return `The breaker is open: calls to the dependency fail at once${next}.`
    }
  }
}

function untold({ switched_off: off = [] }: ToldHealth, block: string, name: string): string {
  return off.includes(block) ? `Its ${name} is switched off.` : `It tells nothing of its ${name}.`
}

function databaseText({ services }: ToldHealth): string {
  if (services.database === undefined) return 'Whether the database answers is unknown.'
  return services.database === 'ok' ? 'The database answers.' : `The database is ${services.database}.`
}

function workersText({ system_memory: memory }: ToldHealth): string {
  const count = memory?.worker_count
  return count === null || count === undefined
    ? ''
    : `${count} ${count === 1 ? 'worker runs' : 'workers run'}.`
}

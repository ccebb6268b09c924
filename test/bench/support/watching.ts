/** What the stories have in common: a watchdog that has had its first look, and requests that are authenticated. */
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RestartAsk } from '#domain/journal/events.ts'
import { WATCHDOG_STATUS_FILE } from '#domain/schemas/watchdog-status.ts'
import { systemClock } from '#agent/system/clock.ts'
import { workersOf } from '../../integration/support/processes.ts'
import { waitFor } from '../../integration/support/wait.ts'
import type { Watched } from '../../integration/support/watched.ts'
import { recordWord } from '../../support/operator.ts'
import { JournalTail, type RowOf } from './journal-tail.ts'

/** The policy out of the way: what is measured then is not the policy. Everything else as it ships. */
export const UNLIMITED = {
  HOLDFAST_PROBE_INTERVAL_S: '1',
  WORKER_RESTART_COOLDOWN: '0',
  WORKER_RESTART_RETRY_BUDGET: '1000',
  WORKER_RESTART_CHURN_THRESHOLD: '1000',
  WORKER_GUARDED_MODE_ENABLED: 'false',
}

/** As it ships: the tests look more often. */
export const SHIPPED = { HOLDFAST_PROBE_INTERVAL_S: '1' }

export async function tailOf(stage: Watched): Promise<JournalTail> {
  const status = join(stage.runtimeDir, WATCHDOG_STATUS_FILE)
  await waitFor(`the first look; ${stage.watchdogLog}`, () => existsSync(status), { everyMs: 10 })
  const tail = new JournalTail(stage.stateDir)
  await tail.catchUp()
  return tail
}

/**
 * An override that names the preflight, recorded as authenticated: so that what the watchdog itself takes is
 * measured without gunicorn's `--check-config`, and with nothing subtracted. Returns the flag's text.
 */
export async function recordOverride(stage: Watched, requestId: string): Promise<string> {
  const reason = 'measured'
  const claimed = {
    source: 'manual',
    manual_override: true,
    override_acknowledged: true,
    override_reason: reason,
    override_passes: ['preflight'],
    request_id: requestId,
  }
  const ask: RestartAsk = {
    request_id: requestId,
    source: 'manual',
    rung: 'reload',
    override: { acknowledged: true, reason, passes: ['preflight'] },
    claimed,
    actor: { name: 'local:bench', ip: null },
  }
  await recordWord(stage, { type: 'request_recorded', ask })
  return JSON.stringify(claimed)
}

/** Whole, by a rename. Returns the moment before it appeared, on the monotonic clock. */
export function appear(flag: string, content: string): number {
  writeFileSync(`${flag}.new`, content)
  const from = systemClock.monotonicNow()
  renameSync(`${flag}.new`, flag)
  return from
}

/** An outcome that would not do as the thing measured is a fault of the measurement. */
export function succeeds({ event }: RowOf<'outcome'>): boolean {
  if (event.success) return true
  throw new Error(`a restart that was to succeed did not: ${event.reason}, ${event.detail}`)
}

/** As anybody would without Holdfast. gunicorn takes its pid file away for a moment then, so it is read before. */
export async function bareReload({ masterPid }: Watched): Promise<void> {
  const old = workersOf(masterPid)
  process.kill(masterPid, 'SIGHUP')
  await waitFor('new workers', () => {
    const workers = workersOf(masterPid)
    return workers.length === old.length && !workers.some((pid) => old.includes(pid))
  })
}

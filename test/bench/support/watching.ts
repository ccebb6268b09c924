/** What the stories have in common: a watchdog that has had its first look, and requests that are authenticated. */
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RestartAsk } from '#domain/journal/events.ts'
import { WATCHDOG_STATUS_FILE } from '#domain/schemas/watchdog-status.ts'
import { recordWord } from '#agent/operator/desk.ts'
import { systemClock } from '#agent/system/clock.ts'
import { waitFor } from '../../integration/support/wait.ts'
import type { Watched } from '../../integration/support/watched.ts'
import { JournalTail } from './journal-tail.ts'

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
export async function recordOverride(stateDir: string, requestId: string): Promise<string> {
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
  await recordWord(stateDir, { type: 'request_recorded', ask })
  return JSON.stringify(claimed)
}

/** Whole, by a rename. Returns the moment before it appeared, on the monotonic clock. */
export function appear(flag: string, content: string): number {
  writeFileSync(`${flag}.new`, content)
  const from = systemClock.monotonicNow()
  renameSync(`${flag}.new`, flag)
  return from
}

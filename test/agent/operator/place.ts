/** A state and a runtime directory with real journals and a real flag, and no watchdog but what a test writes. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JournalEvent, JournalRow } from '#domain/journal/events.ts'
import { POLICY_PRESETS } from '#domain/policy/config.ts'
import { policyViewOf } from '#domain/policy/view.ts'
import { tryOpenDesk, type Desk } from '#agent/operator/desk.ts'
import type { RestartPlace, RestartRequest } from '#agent/operator/request-restart.ts'
import { JournalHistory } from '#agent/store/journal-history.ts'
import { operatorJournalPath, watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { openJournalReader, openSqliteJournal } from '#agent/store/sqlite-journal.ts'
import { systemClock } from '#agent/system/clock.ts'
import { openFlagPublisher } from '#agent/system/flag-directory.ts'
import { bootId } from '#agent/system/proc-stat.ts'

const WATCHDOG = { pid: 1, start_ticks: 1, boot: 'a boot', at: 0, state: 'allowed', target: null } as const

const timeNow = () => ({
  wall: systemClock.wallNow(),
  monotonic: systemClock.monotonicNow(),
  boot: bootId(),
})

export class OperatorGround {
  readonly directory = mkdtempSync(join(tmpdir(), 'holdfast-desk-'))
  readonly stateDir = join(this.directory, 'state')
  readonly runtimeDir = join(this.directory, 'run')
  readonly flag = join(this.runtimeDir, 'restart.flag')
  watchdogRuns = true
  watchdogProblem: string | null = null
  /** Of any rung that might apply it. */
  drift: RestartPlace['drift'] = async () => null

  constructor() {
    mkdirSync(this.stateDir)
    mkdirSync(this.runtimeDir)
  }

  async openDesk(): Promise<Desk> {
    const desk = await tryOpenDesk({ ...this, tell: () => {} })
    if (desk === null) throw new Error('the desk is taken')
    return desk
  }

  place(desk: Desk): RestartPlace {
    return {
      desk,
      publisher: openFlagPublisher(this.flag),
      drift: (rung) => this.drift(rung),
      watchdog: async () => (this.watchdogRuns ? { ...WATCHDOG, problem: this.watchdogProblem } : null),
      view: async () => {
        const paths = [watchdogJournalPath(this.stateDir), operatorJournalPath(this.stateDir)]
        const history = await new JournalHistory(paths.map((path) => openJournalReader(path))).catchUp()
        return policyViewOf({ config: POLICY_PRESETS, history, outcome: { kind: 'never' }, now: timeNow() })
      },
    }
  }

  async watchdogWrites(...events: JournalEvent[]): Promise<void> {
    const journal = openSqliteJournal({ path: watchdogJournalPath(this.stateDir), clock: systemClock })
    for (const event of events) await journal.append(event, timeNow())
    await journal.close()
  }

  async said(): Promise<JournalEvent[]> {
    return (await this.rows()).map(({ event }) => event)
  }

  rows(): Promise<JournalRow[]> {
    return openJournalReader(operatorJournalPath(this.stateDir)).read(0, 1000)
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }
}

export function asked(change: Partial<RestartRequest> = {}): RestartRequest {
  return {
    requestId: 'request-1',
    actor: { name: 'local:ops', ip: null },
    rung: 'reload',
    override: null,
    seen: null,
    ...change,
  }
}

/** An attempt that was begun and verified just now. */
export function attemptEvents(requestId: string, attemptId = `attempt-${requestId}`): JournalEvent[] {
  const ask = {
    request_id: requestId,
    source: 'manual' as const,
    rung: 'reload' as const,
    override: null,
    claimed: null,
    actor: { name: 'local:ops', ip: null },
  }
  const evidence = { healthy: true, saturation: null, error_ratio: null, reason: null }
  return [
    { type: 'request_claimed', ask, warnings: [] },
    {
      type: 'intent',
      attempt_id: attemptId,
      ask,
      decision: {
        decision: 'allowed',
        reason: 'policy_allows_manual_restart',
        reasons: ['policy_allows_manual_restart'],
        warnings: [],
        state: 'allowed',
        thresholds: {},
        attempts_in_window: 0,
        churn: 0,
        cooldown_remaining_ms: 0,
      },
      master: { pid: 1, start_ticks: 1, boot: 'a boot', exe: '/usr/bin/python3' },
      workers: [2, 3],
      before: evidence,
    },
    {
      type: 'outcome',
      attempt_id: attemptId,
      signalled: true,
      success: true,
      reason: 'signal_sighup',
      detail: '',
      helped: null,
      after: evidence,
      workers: [4, 5],
    },
  ]
}

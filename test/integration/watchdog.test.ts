/** The watchdog process against a real gunicorn and real files: what it promises is seen from outside. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'
import { operatorJournalPath, watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { holdfast } from '../support/holdfast.ts'
import { publishRestart } from '../support/operator.ts'
import { HAS_GUNICORN } from './support/gunicorn.ts'
import { isAlive, workersOf } from './support/processes.ts'
import { waitFor } from './support/wait.ts'
import { Watched } from './support/watched.ts'

const ILL = { status: 'unhealthy' }
const EXHAUSTED = {
  status: 'healthy',
  database_pool: {
    runtime: { max_capacity: 5 },
    state: { checked_out: 5, max_capacity: 5, saturation: 1 },
  },
}

const EMPTIED = {
  ...EXHAUSTED,
  database_pool: { ...EXHAUSTED.database_pool, state: { checked_out: 0, max_capacity: 5, saturation: 0 } },
}

const isReplaced = (old: readonly number[], now: readonly number[]) =>
  now.length === old.length && !now.some((pid) => old.includes(pid))

describe.skipIf(!HAS_GUNICORN)('holdfast watchdog', () => {
  let target: Watched
  beforeEach(async () => {
    target = new Watched()
    await target.startTarget()
  })
  afterEach(() => target.close())

  const stop = async (watchdog: ReturnType<Watched['startWatchdog']>) => {
    const ended = new Promise((done) => watchdog.once('exit', done))
    watchdog.kill('SIGTERM')
    return ended
  }

  test('WD7 WD10 WD18 a flag is one verified reload, with outcome, state file and a chain that holds', async () => {
    const old = target.workers
    const watchdog = target.startWatchdog()
    await target.event('watchdog_started')
    target.raiseFlag({ user: 'ops', request_id: 'one', extra: 1 })
    expect(await target.event('outcome')).toMatchObject({ success: true, reason: 'signal_sighup' })
    expect(target.workers.filter((pid) => old.includes(pid))).toEqual([])
    expect(target.workers).toHaveLength(2)
    expect(target.hups).toBe(1)
    expect(await target.events('intent')).toMatchObject([
      { ask: { request_id: 'one', claimed: { extra: 1 } } },
    ])
    await waitFor('the state file', () => target.stateFile().last_restart?.success === true)
    expect(target.stateFile().history).toMatchObject([
      { requested_by: 'ops', decision: 'executed', decision_reason: 'signal_sighup' },
    ])

    // The same request again, as after a network retry: done is done.
    target.raiseFlag({ user: 'ops', request_id: 'one', extra: 1 })
    await waitFor('the flag is taken', () => !existsSync(join(target.runtimeDir, 'restart.flag')))
    // Another one a moment later meets the cooldown.
    target.raiseFlag({ user: 'ops', request_id: 'two' })
    expect(await target.event('request_refused')).toMatchObject({
      ask: { request_id: 'two' },
      decision: { reason: 'cooldown_override_required' },
    })
    expect(target.hups).toBe(1)
    expect(await stop(watchdog)).toBe(0)
    expect(await target.events('watchdog_stopped')).toHaveLength(1)
    // Opening reads the whole chain, and refuses one that does not hold.
    expect(() => openJournalReader(watchdogJournalPath(target.stateDir))).not.toThrow()
    expect(existsSync(join(target.runtimeDir, 'watchdog.json'))).toBe(false)
  })

  test.each([
    ['an exhausted pool', EXHAUSTED, 'watchdog:pool_exhausted'],
    ['answers with errors', ILL, 'watchdog:target_failing'],
  ])('WD6 %s, three times in a row, is reloaded without anybody', async (_, health, actor) => {
    target.startWatchdog()
    await target.event('watchdog_started')
    await waitFor('a good probe', () => existsSync(join(target.runtimeDir, 'watchdog.json')))
    await new Promise((done) => setTimeout(done, 500))
    target.tellHealth(health)
    expect(await target.event('intent')).toMatchObject({ ask: { source: 'auto', actor: { name: actor } } })
    target.tellHealth(EMPTIED)
    expect(await target.event('outcome')).toMatchObject({ success: true, helped: true })
    expect(target.hups).toBe(1)
  })

  test('WD7 a foreign writer that replaces a flag before it is seen: what can be known is recorded', async () => {
    const watchdog = target.startWatchdog()
    await target.event('watchdog_started')
    await waitFor('a look', () => existsSync(join(target.runtimeDir, 'watchdog.json')))
    watchdog.kill('SIGSTOP')
    const mine = await publishRestart(target.settings().contract.contract, { rung: 'reload', override: null })
    target.raiseFlag({ user: 'somebody else' })
    watchdog.kill('SIGCONT')
    expect(await target.event('outcome')).toMatchObject({ success: true })
    expect(await target.event('request_ended')).toMatchObject({
      request_id: mine,
      reason: 'request_replaced',
    })
    // The directory's events may come after the flag was taken; then the next flag tells.
    target.raiseFlag({ user: 'a third' })
    await target.event('request_refused')
    expect(await target.events('flags_unseen')).toMatchObject([{ count: 1 }])
    expect(target.hups).toBe(1)
  })

  test('WD7 an operator’s request beside a flag that stands is told so, and has ended', async () => {
    const watchdog = target.startWatchdog()
    await target.event('watchdog_started')
    watchdog.kill('SIGSTOP')
    target.raiseFlag({ user: 'somebody else' })
    const { contract } = target.settings().contract
    await expect(publishRestart(contract, { rung: 'reload', override: null })).rejects.toMatchObject({
      code: 'request_pending',
    })
    watchdog.kill('SIGCONT')
    await target.event('outcome')
    const own = await openJournalReader(operatorJournalPath(target.stateDir)).read(0, 10)
    expect(own.map(({ event }) => event)).toMatchObject([
      { type: 'request_recorded' },
      { type: 'request_ended', reason: 'request_pending' },
    ])
    expect(await target.events('request_ended')).toEqual([])
  })

  test('WD11 with a history that cannot be read a claim waits, is not carried out, and is answered by the release', async () => {
    const first = target.startWatchdog()
    await target.event('watchdog_started')
    await stop(first)
    const claims = join(target.runtimeDir, 'claims')
    mkdirSync(claims, { mode: 0o700 })
    writeFileSync(join(claims, `restart.flag.${randomUUID()}`), '{"request_id":"claimed before"}')
    writeFileSync(watchdogJournalPath(target.stateDir), 'no database at all')

    target.startWatchdog()
    await waitFor('the problem is told', () => target.status?.problem === 'state_unreadable')
    const env = { HOLDFAST_CONTRACT_FILE: join(target.directory, 'contract.json') }
    for (const override of [[], ['--override', '--acknowledge', '--reason', 'a test']]) {
      const asked = await holdfast(['restart', ...override], env)
      expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining('guard release') })
    }
    expect(readdirSync(claims)).toHaveLength(1)

    await holdfast(['guard', 'release', '--reason', 'disk replaced'], env)
    expect(await target.event('request_ended')).toMatchObject({
      request_id: 'claimed before',
      reason: 'state_unreadable',
    })
    await waitFor('no claim is left', () => readdirSync(claims).length === 0)
    expect(await target.events('intent')).toEqual([])
    expect(target.hups).toBe(0)
  })

  test('WD8a an application that no longer imports is not reloaded', async () => {
    target.startWatchdog()
    await target.event('watchdog_started')
    target.writeApp('import nothing_of_this_name\n')
    const old = target.workers
    target.raiseFlag({ user: 'ops', request_id: 'broken' })
    const ended = await target.event('request_ended')
    expect(ended).toMatchObject({ request_id: 'broken', reason: 'preflight_failed' })
    expect(ended.detail).toContain('nothing_of_this_name')
    expect(target.hups).toBe(0)
    expect(target.workers).toEqual(old)
    await waitFor('the state file', () => target.stateFile().history?.length === 1)
    expect(target.stateFile().history).toMatchObject([
      { decision: 'failed', decision_reason: 'preflight_failed' },
    ])
  })

  test('WD8 a foreign process in the pid file is never signalled', async () => {
    const foreign = spawn('/usr/bin/sleep', ['60'])
    try {
      const master = target.masterPid
      writeFileSync(target.pidFile, `${foreign.pid}\n`)
      target.startWatchdog()
      target.raiseFlag({ user: 'ops', request_id: 'foreign' })
      expect(await target.event('request_ended')).toMatchObject({ reason: 'pid_identity_mismatch' })
      // SIGHUP would have ended it.
      expect(isAlive(Number(foreign.pid))).toBe(true)
      expect(target.hups).toBe(0)
      expect(await target.events('intent')).toEqual([])
      writeFileSync(target.pidFile, `${master}\n`)
    } finally {
      foreign.kill('SIGKILL')
    }
  })

  test('WD9 killed between intent and outcome: the attempt counts once, the request ends once', async () => {
    const watchdog = target.startWatchdog()
    await target.event('watchdog_started')
    // Ill, so that the reload is not verified at once and the watchdog waits.
    target.tellHealth(ILL)
    target.raiseFlag({ user: 'ops', request_id: 'cut' })
    await target.event('intent')
    watchdog.kill('SIGKILL')
    expect(await target.events('outcome')).toEqual([])
    target.tellHealth({ status: 'healthy' })
    await waitFor('the reload is over', () => target.workers.length === 2)

    target.startWatchdog()
    await target.event('watchdog_started', 2)
    await target.event('outcome')
    // The claim that was left is settled and not carried out again.
    await waitFor('no claim is left', () => target.watchdogLog.includes('watches'))
    target.raiseFlag({ user: 'ops', request_id: 'cut' })
    await waitFor('the flag is taken', () => !existsSync(join(target.runtimeDir, 'restart.flag')))
    await new Promise((done) => setTimeout(done, 600))
    expect(await target.events('intent')).toHaveLength(1)
    expect(await target.events('outcome')).toHaveLength(1)
    expect(await target.events('external_restart')).toEqual([])
    expect(target.hups).toBeLessThanOrEqual(1)
    expect(target.stateFile().history).toHaveLength(1)
  })

  test('WD4 three automatic restarts latch the guard, and there is no fourth', async () => {
    const env = {
      WORKER_RESTART_COOLDOWN: '0',
      HOLDFAST_START_GRACE_S: '0.1',
      HOLDFAST_RESTART_TIMEOUT_S: '0.5',
    }
    target.tellHealth(EXHAUSTED)
    target.startWatchdog(env)
    await target.event('outcome', 3)
    expect(await target.event('guard_latched')).toMatchObject({ churn: 3, reason: 'churn' })
    expect(await target.event('request_refused')).toMatchObject({
      ask: { source: 'auto' },
      decision: { reason: 'guarded_mode_blocked', state: 'guarded' },
    })
    await new Promise((done) => setTimeout(done, 1500))
    expect(target.hups).toBe(3)
    expect(await target.events('request_refused')).toHaveLength(1)
    expect(target.status).toMatchObject({ state: 'guarded', problem: null })
  })

  test('WD15 a restart by somebody else is seen and counted as churn', async () => {
    target.startWatchdog()
    await target.event('watchdog_started')
    await waitFor('a look', () => existsSync(join(target.runtimeDir, 'watchdog.json')))
    await new Promise((done) => setTimeout(done, 500))
    process.kill(target.masterPid, 'SIGHUP')
    expect(await target.event('external_restart')).toMatchObject({ master: { pid: target.masterPid } })
    expect(await target.events('intent')).toEqual([])
  })

  test('WD6 a killed master is told long before the next probe, and a reload is no killed master', async () => {
    target.startWatchdog({ HOLDFAST_PROBE_INTERVAL_S: '30' })
    await waitFor('a look', () => target.status !== null)
    const master = target.masterPid
    for (let reload = 0; reload < 10; reload++) {
      const old = workersOf(master)
      process.kill(master, 'SIGHUP')
      // One at a time: a gunicorn that is told again while its workers boot may end altogether.
      // By its number: it takes its pid file away for a moment.
      await waitFor('it has reloaded', () => isReplaced(old, workersOf(master)))
    }
    await target.event('external_restart')
    expect(await target.events('target_changed')).toEqual([])

    const killedAt = Date.now()
    process.kill(master, 'SIGKILL')
    const change = await target.event('target_changed')
    expect(change).toMatchObject({ to: 'master_missing', detail: expect.stringContaining('which has ended') })
    const row = (await target.rows()).find(({ event }) => event.type === 'target_changed')
    expect((row?.time.wall ?? Infinity) - killedAt).toBeLessThan(5_000)
    await waitFor('the status', () => target.status?.target === 'master_missing')
  })

  test('two watchdogs never run on one state directory', async () => {
    target.startWatchdog()
    await target.event('watchdog_started')
    const second = target.startWatchdog()
    expect(await new Promise((done) => second.once('exit', done))).toBe(1)
    expect(target.watchdogLog).toContain('already runs')
  })
})

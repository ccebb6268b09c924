/** What the watchdog makes of a real gunicorn's workers that come and go (WD8b, WD15): loops, and everything that is none. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HAS_GUNICORN } from './support/gunicorn.ts'
import { waitFor } from './support/wait.ts'
import { Watched } from './support/watched.ts'

/**
 * After a moment: gunicorn (seen with 20.1) takes one that dies before it has been noted down for alive until its timeout,
 * and on a busy machine that ends the loop for half a minute.
 */
const DIES_AT_BOOT = 'import os, time\ntime.sleep(0.05)\nos._exit(7)\n'
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

describe.runIf(HAS_GUNICORN)('holdfast watchdog and the workers', () => {
  let target: Watched
  beforeEach(() => {
    target = new Watched()
  })
  afterEach(() => target.close())

  const start = async (args: readonly string[] = [], workers = 2) => {
    await target.startTarget({ args, workers })
    target.startWatchdog({ HOLDFAST_PROBE_INTERVAL_S: '1' })
    await waitFor('the target serves', () => target.status?.target === 'serving')
  }
  const nothingWasMadeOfIt = async () => {
    expect(await target.events('guard_latched')).toEqual([])
    expect(await target.events('external_restart')).toEqual([])
    expect(await target.events('intent')).toEqual([])
  }

  test('WD8b a boot loop is guarded within moments, and the machine restarts nothing', async () => {
    await start()
    target.writeApp(DIES_AT_BOOT)
    process.kill(target.masterPid, 'SIGHUP')
    expect(await target.event('guard_latched')).toMatchObject({ reason: 'worker_boot_loop' })
    // A look between the pid file and the workers takes the first new ones for old ones: then it is told after the latch.
    await target.event('external_restart')
    await pause(3_000)
    expect(await target.events('external_restart')).toHaveLength(1)
    expect(await target.events('intent')).toEqual([])
    expect(await target.events('guard_latched')).toHaveLength(1)
  })

  test('WD8b one that begins while a worker is replaced, and others serve, is found too', async () => {
    await start()
    target.writeApp(DIES_AT_BOOT)
    process.kill(target.workers[0] ?? 0, 'SIGKILL')
    expect(await target.event('guard_latched')).toMatchObject({ reason: 'worker_boot_loop' })
    expect(await target.events('external_restart')).toEqual([])
  })

  test.each([
    ['of some two seconds each', ['--max-requests', '25'], 2],
    ['of a second each', ['--max-requests', '10'], 2],
    ['of one worker alone', ['--max-requests', '20'], 1],
  ])('WD8b WD15 recycled workers %s are no loop and no restart', async (_, args, workers) => {
    await start(args, workers)
    const load = target.load({ perSecond: 20 })
    await pause(8_000)
    const { sent } = await load.stop()
    expect(sent).toBeGreaterThan(100)
    expect(target.gunicornLog).toContain('Autorestarting worker')
    await nothingWasMadeOfIt()
  })

  test('WD8b WD15 neither is a worker that is killed, as by a limit of memory', async () => {
    await start()
    for (let kill = 0; kill < 3; kill++) {
      const [worker] = target.workers
      process.kill(worker ?? 0, 'SIGKILL')
      await waitFor(
        'its successor',
        () => target.workers.length === 2 && !target.workers.includes(worker ?? 0),
      )
      await pause(500)
    }
    await nothingWasMadeOfIt()
  })

  test('WD15 reloads and a restart by somebody are each counted once', async () => {
    await start()
    process.kill(target.masterPid, 'SIGHUP')
    await target.event('external_restart', 1)
    process.kill(target.masterPid, 'SIGHUP')
    await target.event('external_restart', 2)
    // A worker that has only just begun does not hear its master's SIGTERM, and holds up the end.
    await pause(2_000)
    const old = target.masterPid
    process.kill(old, 'SIGTERM')
    await target.event('target_changed')
    await target.startTarget()
    expect(await target.event('external_restart', 3)).toMatchObject({ master: { pid: target.masterPid } })
    await pause(2_000)
    expect(await target.events('external_restart')).toHaveLength(3)
    expect(await target.events('guard_latched')).toMatchObject([{ reason: 'churn', churn: 3 }])
  })

  test('WD15 so is an upgrade, whose masters are at no moment taken for a dead one', async () => {
    await start()
    const old = target.masterPid
    process.kill(old, 'SIGUSR2')
    await waitFor(
      'the workers of the successor',
      () => target.gunicornLog.match(/Booting worker/g)?.length === 4,
    )
    process.kill(old, 'SIGTERM')
    await waitFor('the takeover', () => target.masterPid !== old, { everyMs: 5 }).catch(() => undefined)
    expect(await target.event('external_restart')).toMatchObject({
      detail: expect.stringContaining('another master'),
    })
    await pause(2_000)
    expect(await target.events('external_restart')).toHaveLength(1)
    expect(await target.events('target_changed')).toEqual([])
  })
})

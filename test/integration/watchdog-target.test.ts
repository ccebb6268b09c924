/** The watchdog and a real gunicorn under load, broken, orphaned and preloaded: what a client and the service see of it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HAS_GUNICORN } from './support/gunicorn.ts'
import { waitFor } from './support/wait.ts'
import { Watched } from './support/watched.ts'

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

describe.runIf(HAS_GUNICORN)('holdfast watchdog beside a target that', () => {
  let target: Watched
  beforeEach(() => {
    target = new Watched()
  })
  afterEach(() => target.close())

  const start = async (args: readonly string[] = [], workers = 2) => {
    await target.startTarget({ args, workers })
    target.startWatchdog()
    await waitFor('the target serves', () => target.status?.target === 'serving')
  }

  test('WD10 serves under load is reloaded without one failed request', async () => {
    await start()
    const old = target.workers
    const load = target.load({ perSecond: 100 })
    await pause(500)
    target.raiseFlag({ request_id: 'one' })
    expect(await target.event('outcome')).toMatchObject({ success: true, reason: 'signal_sighup' })
    await pause(500)
    const { sent, failed } = await load.stop()
    expect(sent).toBeGreaterThan(50)
    expect(failed).toEqual([])
    expect(target.workers.filter((pid) => old.includes(pid))).toEqual([])
  })

  test('WD10 keeps connections alive loses at most what gunicorn itself loses, and is verified', async () => {
    await start(['--worker-class', 'gthread', '--threads', '8', '--keep-alive', '30'])
    const load = target.load({ perSecond: 100, keepAlive: true })
    await pause(500)
    target.raiseFlag({ request_id: 'one' })
    expect(await target.event('outcome')).toMatchObject({ success: true })
    await pause(500)
    const { failed } = await load.stop()
    // One for each of the sixteen connections: idle ones that a client uses again in the moment in which they are closed.
    expect(failed.length).toBeLessThanOrEqual(16)
    expect(failed.filter((reason) => !/socket hang up|ECONNRESET/.test(reason))).toEqual([])
  })

  test.each([
    ['application no longer imports', 'service.py', 'import nothing_of_this_name\n', 'nothing_of_this_name'],
    ['configuration is broken', 'settings.py', 'timeout = (\n', 'SyntaxError'],
  ])(
    'WD8a is told to reload while its %s gets no signal, fails no request, and the reason is shown',
    async (_, file, text, reason) => {
      await target.prepare()
      writeFileSync(join(target.directory, 'settings.py'), 'timeout = 20\n')
      await start(['--config', 'settings.py'])
      const old = target.workers
      const load = target.load({ perSecond: 100 })
      writeFileSync(join(target.directory, file), text)
      target.raiseFlag({ request_id: 'one' })
      const ended = await target.event('request_ended')
      expect(ended).toMatchObject({ reason: 'preflight_failed', detail: expect.stringContaining(reason) })
      await pause(500)
      expect((await load.stop()).failed).toEqual([])
      expect(target.hups).toBe(0)
      expect(target.workers).toEqual(old)
      expect(await target.events('intent')).toEqual([])
    },
  )

  test('WD16 preloads its application, by its configuration, is reloaded with the warning that the code stays', async () => {
    await target.prepare()
    writeFileSync(join(target.directory, 'settings.py'), 'preload_app = True\n')
    await start(['--config', 'settings.py'])
    target.raiseFlag({ request_id: 'one' })
    const outcome = await target.event('outcome')
    expect(outcome).toMatchObject({
      success: true,
      detail: expect.stringContaining('the code is still the old one'),
    })
  })

  test('WD8 has lost its master gets no signal, nor do its orphans; the next master is found and reloaded', async () => {
    await start()
    const [dead, orphans] = [target.masterPid, target.workers]
    process.kill(dead, 'SIGKILL')
    await target.event('target_changed')
    // The pid file is stale, and orphans may still serve: neither is anything that could be reloaded.
    target.raiseFlag({ request_id: 'orphaned' })
    const ended = await target.event('request_ended')
    expect(ended).toMatchObject({
      reason: 'pid_identity_mismatch',
      detail: expect.stringContaining(`process ${dead}`),
    })
    await target.endOrphans()
    await pause(1_000)
    expect(await target.events('intent')).toEqual([])

    await target.startTarget()
    expect(await target.event('external_restart')).toMatchObject({ master: { pid: target.masterPid } })
    await waitFor('it serves', () => target.status?.target === 'serving')
    await pause(1_100)
    target.raiseFlag({ request_id: 'again' })
    expect(await target.event('outcome')).toMatchObject({ success: true })
    expect(await target.events('intent')).toMatchObject([{ master: { pid: target.masterPid } }])
    expect(target.workers.filter((pid) => orphans.includes(pid))).toEqual([])
  })

  test('WD8 was gone before the watchdog came: a stale pid file is reported, and nobody is signalled', async () => {
    await target.startTarget()
    const dead = target.masterPid
    process.kill(dead, 'SIGKILL')
    await target.endOrphans()
    target.startWatchdog()
    expect(await target.event('target_changed')).toMatchObject({
      from: 'unknown',
      to: 'master_missing',
      detail: `the pid file names process ${dead}, which has ended`,
    })
    target.raiseFlag({ request_id: 'one' })
    expect(await target.event('request_ended')).toMatchObject({ reason: 'pid_identity_mismatch' })
    expect(await target.events('intent')).toEqual([])
  })
})

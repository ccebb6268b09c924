/** The process table as the watchdog reads it: real gunicorn, real signals, really reused numbers. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTargetProcesses, type HeldTargetProcesses } from '#agent/system/target-processes.ts'
import { Gunicorn, HAS_GUNICORN } from './support/gunicorn.ts'
import { isAlive, rssBytes } from './support/processes.ts'
import { mayChooseNumbers, reuseNumbers } from './support/reuse-numbers.ts'
import { waitFor } from './support/wait.ts'

describe('the pid file', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'holdfast-pid-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  test.each<[string, string | null, object]>([
    ['none', null, { kind: 'missing' }],
    ['as gunicorn writes it', '4711\n', { kind: 'pid', pid: 4711 }],
    ['without a line end', '4711', { kind: 'pid', pid: 4711 }],
    ['empty', '', { kind: 'unreadable' }],
    ['zero', '0\n', { kind: 'unreadable' }],
    ['a process group', '-4711\n', { kind: 'unreadable' }],
    ['more than any number', '99999999\n', { kind: 'unreadable' }],
    ['two numbers', '1 2\n', { kind: 'unreadable' }],
    ['words', 'gunicorn\n', { kind: 'unreadable' }],
    ['a number behind much else', `${' '.repeat(100)}4711\n`, { kind: 'unreadable' }],
  ])('%s', async (_, content, expected) => {
    const pidFile = join(directory, 'gunicorn.pid')
    if (content !== null) writeFileSync(pidFile, content)
    expect(await openTargetProcesses(pidFile).readPidFile()).toMatchObject(expected)
  })

  test('a directory or a FIFO in its place is unreadable, and nothing waits for it', async () => {
    expect(await openTargetProcesses(directory).readPidFile()).toMatchObject({ kind: 'unreadable' })
    execFileSync('mkfifo', [join(directory, 'fifo')])
    expect(await openTargetProcesses(join(directory, 'fifo')).readPidFile()).toMatchObject({
      kind: 'unreadable',
    })
  })
})

describe.runIf(HAS_GUNICORN)('WD8 a real gunicorn', () => {
  let gunicorn: Gunicorn
  let processes: HeldTargetProcesses
  beforeEach(() => {
    gunicorn = new Gunicorn()
    processes = openTargetProcesses(gunicorn.pidFile)
  })
  afterEach(async () => {
    processes.close()
    await gunicorn.stop()
  })

  async function master() {
    const pidFile = await processes.readPidFile()
    const sighting = pidFile.kind === 'pid' ? await processes.sight(pidFile.pid) : null
    if (sighting === null) throw new Error('no master')
    return sighting
  }

  test('is seen with its program, owner, directory and workers', async () => {
    const pid = await gunicorn.start()
    const sighting = await master()
    expect(sighting.identity).toMatchObject({ pid, exe: expect.stringMatching(/^\/usr\/bin\/python3/) })
    expect(sighting).toMatchObject({ uid: process.geteuid?.(), cwd: gunicorn.directory, upgradeOf: null })
    expect(sighting.cmdline.slice(1, 4)).toEqual(['/usr/bin/gunicorn', '--pid', gunicorn.pidFile])
    expect(sighting.ageMs).toBeGreaterThan(0)
    expect(sighting.ageMs).toBeLessThan(60_000)
    expect(sighting.workers.map((worker) => worker.pid).toSorted()).toEqual(gunicorn.workers.toSorted())
    for (const worker of sighting.workers) {
      expect(worker.ageMs).toBeLessThanOrEqual(sighting.ageMs)
      expect(worker.startTicks).toBeGreaterThanOrEqual(sighting.identity.start_ticks)
      expect(worker.rssBytes / rssBytes(worker.pid)).toBeCloseTo(1, 0)
    }
  })

  test('holds still until a worker of it has ended', async () => {
    await gunicorn.start()
    const before = await master()
    expect(await processes.holdsStill(before)).toBe(true)
    const [first] = before.workers
    process.kill(first?.pid ?? 0, 'SIGKILL')
    await waitFor('its end', async () => !(await processes.holdsStill(before)))
    // Another worker has come in its place by then, or will: never the same ones again.
    await waitFor('another', async () => (await processes.sight(before.identity.pid))?.workers.length === 2)
    expect(await processes.holdsStill(before)).toBe(false)
    expect(await processes.holdsStill(await master())).toBe(true)
  })

  test('is not signalled while the pid file does not name it, unless what was begun with it is to be ended', async () => {
    await gunicorn.start()
    const { identity } = await master()
    renameSync(gunicorn.pidFile, `${gunicorn.pidFile}.away`)
    expect(await processes.signal(identity, 'SIGHUP', 'named')).toBe('not_named')
    expect(await processes.signal(identity, 'SIGTTIN', 'begun_with')).toBe('sent')
    renameSync(`${gunicorn.pidFile}.away`, gunicorn.pidFile)
    expect(await processes.signal(identity, 'SIGTTOU', 'named')).toBe('sent')
  })

  test('is signalled: HUP replaces its workers, and it stays the same process', async () => {
    await gunicorn.start()
    const before = await master()
    expect(await processes.signal(before.identity, 'SIGHUP')).toBe('sent')
    const after = await waitFor('two new workers', async () => {
      const seen = await processes.sight(before.identity.pid)
      const old = before.workers.map((worker) => worker.pid)
      const isReplaced = seen?.workers.length === 2 && seen.workers.every(({ pid }) => !old.includes(pid))
      return isReplaced && seen
    })
    expect(after.identity).toEqual(before.identity)
  })

  test('an upgrade is told from a worker: the successor names its parent, until that one has ended', async () => {
    const old = await gunicorn.start()
    process.kill(old, 'SIGUSR2')
    const successor = await waitFor('the successor', async () => {
      const pidFile = await openTargetProcesses(`${gunicorn.pidFile}.2`).readPidFile()
      return pidFile.kind === 'pid' && pidFile.pid
    })
    await waitFor('its workers', () => gunicorn.log.match(/Booting worker/g)?.length === 4)
    expect(await processes.sight(successor)).toMatchObject({ upgradeOf: old })
    const oldSighting = await processes.sight(old)
    expect(oldSighting).toMatchObject({ upgradeOf: null, forkOf: null })
    expect(oldSighting?.workers.map((worker) => worker.pid)).not.toContain(successor)
    expect(oldSighting?.workers).toHaveLength(2)
    // A worker is no master in an upgrade, though its parent is a gunicorn.
    const worker = await processes.sight(oldSighting?.workers[0]?.pid ?? 0)
    expect(worker).toMatchObject({ upgradeOf: null, forkOf: old })

    process.kill(old, 'SIGQUIT')
    await waitFor('the old master has ended', () => !isAlive(old))
    const promoted = await waitFor('the successor alone', async () => {
      const seen = await processes.sight(successor)
      return seen?.upgradeOf === null && seen
    })
    expect(promoted.workers).toHaveLength(2)
    process.kill(successor, 'SIGKILL')
  })

  test('between its two pid files a successor is known by having been seen, and no longer than that', async () => {
    const old = await gunicorn.start()
    process.kill(old, 'SIGUSR2')
    await waitFor('its workers', () => gunicorn.log.match(/Booting worker/g)?.length === 4)
    await master()
    const successor = Number(readFileSync(`${gunicorn.pidFile}.2`, 'utf8'))
    process.kill(successor, 'SIGSTOP')
    rmSync(`${gunicorn.pidFile}.2`)
    process.kill(old, 'SIGQUIT')
    await waitFor('the old master has ended', () => !isAlive(old) && !existsSync(gunicorn.pidFile))
    expect(await processes.readPidFile()).toEqual({ kind: 'pid', pid: successor, stamp: '' })

    process.kill(successor, 'SIGCONT')
    await waitFor('its takeover', async () => {
      const file = await processes.readPidFile()
      return file.kind === 'pid' && file.stamp !== ''
    })
    rmSync(gunicorn.pidFile)
    expect(await processes.readPidFile()).toEqual({ kind: 'missing' })
    process.kill(successor, 'SIGKILL')
  })

  test('that has ended is gone, also before anybody reaped it', async () => {
    const pid = await gunicorn.start()
    const { identity } = await master()
    process.kill(pid, 'SIGKILL')
    await waitFor('its end', () => !isAlive(pid))
    expect(await processes.signal(identity, 'SIGHUP')).toBe('gone')
    expect(await processes.sight(pid)).toBeNull()
  })

  test.each([
    ['start time', { start_ticks: 1 }],
    ['boot', { boot: 'another boot' }],
    ['program', { exe: '/usr/bin/other' }],
  ])('with another %s is another process, and gets no signal', async (_, difference) => {
    await gunicorn.start()
    const { identity, workers } = await master()
    expect(await processes.signal({ ...identity, ...difference }, 'SIGHUP')).toBe('other_process')
    const fresh = openTargetProcesses(gunicorn.pidFile)
    expect(await fresh.signal({ ...identity, ...difference }, 'SIGHUP')).toBe('other_process')
    expect((await master()).workers).toEqual(
      workers.map((worker) => expect.objectContaining({ pid: worker.pid })),
    )
    expect(gunicorn.log).not.toContain('Handling signal: hup')
  })
})

test('a process without gunicorn about it is seen as what it is', async () => {
  const child = spawn('/bin/sh', ['-c', 'sleep 100 & wait'], { stdio: 'ignore', detached: true })
  const processes = openTargetProcesses('/nowhere')
  const sighting = await waitFor('the process', () => processes.sight(child.pid ?? 0))
  expect(sighting).toMatchObject({ cmdline: ['/bin/sh', '-c', 'sleep 100 & wait'], upgradeOf: null })
  await waitFor('its child, which is no worker', async () => {
    const seen = await processes.sight(child.pid ?? 0)
    return seen?.workers.length === 0
  })
  expect(await processes.sight(2 ** 22 + 1)).toBeNull()
  process.kill(-(child.pid ?? 0), 'SIGKILL')
  await once(child, 'exit')
  processes.close()
})

test.runIf(mayChooseNumbers())('WD8 200 reused numbers, many within one clock tick: no wrong signal', () => {
  const { reused, sameTick, wrong, answers } = reuseNumbers(200)
  expect({ reused, wrong, answers }).toEqual({ reused: 200, wrong: 0, answers: { other_process: 200 } })
  // Otherwise it would not have been as hard as it says.
  expect(sameTick).toBeGreaterThan(0)
})

/** What lets the watchdog notice a change between its looks, against a real gunicorn. */
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Lifeline } from '#agent/system/lifeline.ts'
import { watchTarget, type TargetChange, type TargetWatch } from '#agent/system/target-watch.ts'
import { Gunicorn, HAS_GUNICORN } from './support/gunicorn.ts'
import { isAlive } from './support/processes.ts'
import { waitFor } from './support/wait.ts'
import { HOLDFAST_CONF } from './support/watched.ts'

const WITH_FILE = ['--config', HOLDFAST_CONF]

describe.runIf(HAS_GUNICORN)('IN1 deploy/gunicorn/holdfast.conf.py', () => {
  let gunicorn: Gunicorn
  let lifeline: Lifeline
  let ends: number
  beforeEach(() => {
    gunicorn = new Gunicorn()
    ends = 0
    lifeline = new Lifeline(gunicorn.pidFile, () => (ends += 1))
  })
  afterEach(async () => {
    lifeline.close()
    await gunicorn.stop()
  })

  const killed = async (pid: number) => {
    const orphans = gunicorn.workers
    process.kill(pid, 'SIGKILL')
    await waitFor('its end is heard', () => ends === 1, { everyMs: 1 })
    // They live on, and do not hold the line open.
    expect(orphans.every(isAlive)).toBe(true)
  }

  test('the end of the master is heard, though its workers live on', async () => {
    const pid = await gunicorn.start(WITH_FILE)
    lifeline.rearm()
    await killed(pid)
    // The same line again is not listened to: it would end at once, for ever.
    lifeline.rearm()
    await new Promise((done) => setTimeout(done, 50))
    expect(ends).toBe(1)
  })

  test('it is heard after a reload too, by a watchdog that came later than the master', async () => {
    const pid = await gunicorn.start(WITH_FILE)
    process.kill(pid, 'SIGHUP')
    await waitFor('new workers', () => gunicorn.log.match(/application loaded/g)?.length === 4)
    await waitFor('the old ones are gone', () => gunicorn.workers.length === 2)
    lifeline.rearm()
    await killed(pid)
  })

  test('the successor of an upgrade has a line of its own', async () => {
    const old = await gunicorn.start(WITH_FILE)
    lifeline.rearm()
    process.kill(old, 'SIGUSR2')
    await waitFor('its workers', () => gunicorn.log.match(/application loaded/g)?.length === 4)
    const successor = Number(readFileSync(`${gunicorn.pidFile}.2`, 'utf8'))
    // One that takes over before the old one's parent has noticed its end thinks that it runs still, and gives up.
    process.kill(successor, 'SIGSTOP')
    process.kill(old, 'SIGKILL')
    await waitFor('the end of the old one', () => ends === 1)
    await waitFor('that its parent has noticed', () => !existsSync(`/proc/${old}`))
    process.kill(successor, 'SIGCONT')
    await waitFor('the takeover', () => gunicorn.masterPid === successor)
    lifeline.rearm()
    process.kill(successor, 'SIGKILL')
    await waitFor('the end of the successor', () => ends === 2)
  })

  test('where the line cannot be laid, gunicorn starts and serves all the same', async () => {
    mkdirSync(`${gunicorn.pidFile}.alive/in-the-way`, { recursive: true })
    await gunicorn.start(WITH_FILE)
    expect(gunicorn.log).toContain('Holdfast will not hear of this master at once')
    expect(await gunicorn.answer()).toBe(200)
  })

  test('whoever writes into the line is not listened to, and nothing else happens', async () => {
    await gunicorn.start(WITH_FILE)
    lifeline.rearm()
    execFileSync('/bin/sh', [
      '-c',
      `head -c 100000 /dev/zero > ${gunicorn.pidFile}.alive & sleep 0.2; kill $!`,
    ])
    expect(ends).toBe(0)
    expect(await gunicorn.answer()).toBe(200)
  })

  test('each sample names its worker, beside the tags that the target has of its own', async () => {
    const statsd = createSocket('udp4').bind(0, '127.0.0.1')
    const datagrams: string[] = []
    statsd.on('message', (message) => datagrams.push(message.toString()))
    await once(statsd, 'listening')
    try {
      const host = `127.0.0.1:${(statsd.address() as AddressInfo).port}`
      await gunicorn.start([...WITH_FILE, '--statsd-host', host, '--dogstatsd-tags', 'env:test'])
      await gunicorn.answer()
      const sample = await waitFor('a duration', () => datagrams.find((line) => line.includes('.duration:')))
      const [, pid, age] = /\|#pid:(\d+),age:(\d+),env:test$/.exec(sample) ?? []
      expect(gunicorn.workers).toContain(Number(pid))
      expect([1, 2]).toContain(Number(age))
    } finally {
      statsd.close()
    }
  })

  test('it is read by Python 3.8', () => {
    const check = 'import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 8))'
    execFileSync('/usr/bin/python3', ['-c', check, HOLDFAST_CONF])
  })
})

describe.runIf(HAS_GUNICORN)('WD6 without any help of the target', () => {
  let gunicorn: Gunicorn
  let watch: TargetWatch
  let changes: TargetChange[]
  beforeEach(async () => {
    gunicorn = new Gunicorn()
    await gunicorn.start()
    changes = []
    watch = watchTarget(gunicorn.pidFile, (what) => changes.push(what))
    changes = []
  })
  afterEach(async () => {
    watch.close()
    await gunicorn.stop()
  })

  test('the end of the master is a change, once, and so is the next master', async () => {
    process.kill(gunicorn.masterPid, 'SIGKILL')
    await waitFor('the change', () => changes.length > 0, { withinMs: 1_000 })
    await new Promise((done) => setTimeout(done, 300))
    expect(changes).toEqual(['master'])
    await gunicorn.start()
    await waitFor('the next master', () => changes.filter((what) => what === 'master').length === 2)
  })

  test('so is a worker that comes or goes, and a quiet target is none', async () => {
    await new Promise((done) => setTimeout(done, 300))
    expect(changes).toEqual([])
    process.kill(gunicorn.workers[0] ?? 0, 'SIGKILL')
    await waitFor('the change', () => changes.length > 0, { withinMs: 1_000 })
    expect(new Set(changes)).toEqual(new Set(['workers']))
  })

  test('a FIFO or a directory in the place of the pid file holds nothing up', async () => {
    execFileSync('/bin/sh', ['-c', `rm ${gunicorn.pidFile}; mkfifo ${gunicorn.pidFile}`])
    await waitFor('it is away', () => changes.length > 0)
    execFileSync('/bin/sh', ['-c', `rm ${gunicorn.pidFile}; mkdir ${gunicorn.pidFile}`])
    await new Promise((done) => setTimeout(done, 300))
    expect(changes).toEqual(['master'])
    expect(existsSync(gunicorn.pidFile)).toBe(true)
  })
})

/** `gunicorn --check-config` beside a real, running gunicorn. */
import { chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MasterSighting, TargetSettings } from '#agent/ports/target-processes.ts'
import { realPreflight } from '#agent/system/preflight.ts'
import { openTargetProcesses } from '#agent/system/target-processes.ts'
import { Gunicorn, HAS_GUNICORN } from './support/gunicorn.ts'
import { isAlive, processesMentioning } from './support/processes.ts'
import { waitFor } from './support/wait.ts'

const isRoot = process.getuid?.() === 0
const NOBODY = 65_534

describe.runIf(HAS_GUNICORN)('WD8a', () => {
  let gunicorn: Gunicorn
  beforeEach(() => {
    gunicorn = new Gunicorn()
  })
  afterEach(() => gunicorn.stop())

  async function sightMaster(): Promise<MasterSighting> {
    const processes = openTargetProcesses(gunicorn.pidFile)
    const sighting = await processes.sight(gunicorn.masterPid)
    processes.close()
    if (sighting === null) throw new Error('no master')
    return sighting
  }

  /** Of the service: its pid file (the very file), its workers, and that it answers. */
  async function traits() {
    const { ino, mtimeMs } = statSync(gunicorn.pidFile)
    const [content, workers] = [readFileSync(gunicorn.pidFile, 'utf8'), gunicorn.workers]
    return { ino, mtimeMs, content, workers, status: await gunicorn.answer() }
  }

  test('a good application passes, and the running service does not notice', async () => {
    await gunicorn.start()
    const before = await traits()
    expect(before.status).toBe(200)
    expect(await realPreflight()(await sightMaster())).toMatchObject({ kind: 'passed' })
    expect(await traits()).toEqual(before)
    expect(gunicorn.log).not.toMatch(/signal|in use/)
  })

  test('an application that no longer imports fails with the reason, and the service goes on', async () => {
    await gunicorn.start()
    const before = await traits()
    gunicorn.writeApp('import nothing_of_this_name\n')
    const answer = await realPreflight()(await sightMaster())
    expect(answer).toMatchObject({
      kind: 'failed',
      lastLines: expect.stringContaining('nothing_of_this_name'),
    })
    expect(await traits()).toEqual(before)
    gunicorn.restoreApp()
    expect(await realPreflight()(await sightMaster())).toMatchObject({ kind: 'passed' })
  })

  test('a broken configuration fails with the reason', async () => {
    const config = join(gunicorn.directory, 'settings.py')
    writeFileSync(config, 'timeout = 20\n')
    await gunicorn.start(['--config', 'settings.py'])
    expect(await realPreflight()(await sightMaster())).toMatchObject({ kind: 'passed' })
    writeFileSync(config, 'timeout = (\n')
    const answer = await realPreflight()(await sightMaster())
    expect(answer).toMatchObject({ kind: 'failed', lastLines: expect.stringContaining('SyntaxError') })
  })

  test.each<[string, string[], Record<string, string>, Partial<TargetSettings>]>([
    ['nowhere', [], {}, { gracefulTimeoutMs: 30_000, preloads: false }],
    [
      'on the command line',
      ['--graceful-timeout', '90', '--preload'],
      {},
      { gracefulTimeoutMs: 90_000, preloads: true },
    ],
    ['in a configuration file', ['-c', 'settings.py'], {}, { gracefulTimeoutMs: 70_000, preloads: true }],
    ['in its environment', [], { GUNICORN_CMD_ARGS: '--graceful-timeout=80' }, { gracefulTimeoutMs: 80_000 }],
    [
      'in a file, and otherwise on the command line, which wins',
      ['-c', 'settings.py', '--graceful-timeout', '20'],
      {},
      { gracefulTimeoutMs: 20_000, preloads: true },
    ],
  ])('WD10 WD16 it tells the settings that stand %s', async (_, args, env, settings) => {
    writeFileSync(
      join(gunicorn.directory, 'settings.py'),
      'graceful_timeout = 35 * 2\npreload_app = not False\n',
    )
    await gunicorn.start(args, { env, loads: settings.preloads ? 1 : 2 })
    expect(await realPreflight()(await sightMaster())).toMatchObject({ kind: 'passed', settings })
  })

  test('WD10 a file of the name that gunicorn looks for by itself counts, and is read anew each time', async () => {
    const file = join(gunicorn.directory, 'gunicorn.conf.py')
    writeFileSync(file, 'graceful_timeout = 45\n')
    await gunicorn.start()
    expect(await realPreflight()(await sightMaster())).toMatchObject({
      settings: { gracefulTimeoutMs: 45_000 },
    })
    writeFileSync(file, 'graceful_timeout = 55\n')
    expect(await realPreflight()(await sightMaster())).toMatchObject({
      settings: { gracefulTimeoutMs: 55_000 },
    })
  })

  test('AU5 what the settings hold is in no reason', async () => {
    writeFileSync(join(gunicorn.directory, 'settings.py'), "raw_env = ['DSN=swordfish']\n")
    await gunicorn.start(['-c', 'settings.py'])
    gunicorn.writeApp("print('on the way')\nraise SystemExit('enough')\n")
    const answer = await realPreflight()(await sightMaster())
    expect(answer).toEqual({ kind: 'failed', lastLines: 'on the way\nenough' })
  })

  test('a gunicorn that cannot print its settings is checked all the same', async () => {
    await gunicorn.start()
    const older = join(gunicorn.directory, 'older')
    mkdirSync(older)
    writeFileSync(
      join(older, 'gunicorn'),
      "import sys\nif '--print-config' in sys.argv: sys.exit('gunicorn: error: unrecognized arguments: --print-config')\n",
    )
    const master = await sightMaster()
    const cmdline = ['/usr/bin/python3', join(older, 'gunicorn'), 'service:app']
    expect(await realPreflight()({ ...master, cmdline })).toEqual({ kind: 'passed', settings: undefined })
  })

  test('an import that hangs is ended with everything it started', async () => {
    await gunicorn.start()
    gunicorn.writeApp(`
import subprocess, sys
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)', '${gunicorn.directory}/left'])
print('connecting', flush=True)
child.wait()
`)
    const start = performance.now()
    const answer = await realPreflight({ limitMs: 4_000 })(await sightMaster())
    expect(answer).toEqual({ kind: 'failed', lastLines: 'connecting\nnot loaded within 4 s' })
    expect(performance.now() - start).toBeLessThan(8_000)
    await waitFor('nobody is left', () => processesMentioning(`${gunicorn.directory}/left`).length === 0)
    const checks = processesMentioning(gunicorn.directory).filter(({ commandLine }) =>
      commandLine.includes('--check-config'),
    )
    expect(checks).toEqual([])
  })

  test('what a good import leaves running is ended, and does not hold the answer up', async () => {
    await gunicorn.start()
    gunicorn.writeApp(`
import subprocess, sys
subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)', '${gunicorn.directory}/left'])
def app(environ, start_response): pass
`)
    expect(await realPreflight()(await sightMaster())).toMatchObject({ kind: 'passed' })
    await waitFor('nobody is left', () => processesMentioning(`${gunicorn.directory}/left`).length === 0)
  })

  test('an import that prints without end is bounded in memory, and only its last lines are kept', async () => {
    await gunicorn.start()
    gunicorn.writeApp("for n in range(300000): print('noise', n)\nraise SystemExit('enough')\n")
    const answer = await realPreflight()(await sightMaster())
    expect(answer.kind).toBe('failed')
    if (answer.kind === 'failed') expect(answer.lastLines.length).toBeLessThan(6_100)
  })

  test.runIf(isRoot)('it runs with the rights, directory and environment of the target', async () => {
    await gunicorn.start([], { uid: NOBODY, gid: NOBODY, env: { SETTING: 'of the target' } })
    gunicorn.writeApp(`
import json, os
seen = {k: os.environ.get(k) for k in ('SETTING', 'HOLDFAST_PREFLIGHT', 'HOME')}
json.dump([os.getresuid(), os.getresgid(), os.getgroups(), os.getcwd(), seen], open('seen.json', 'w'))
def app(environ, start_response): pass
`)
    expect(await realPreflight()(await sightMaster())).toMatchObject({ kind: 'passed' })
    const seen = JSON.parse(readFileSync(join(gunicorn.directory, 'seen.json'), 'utf8'))
    const [uids, gids, groups, cwd, environment] = seen
    expect([uids, gids]).toEqual([Array(3).fill(NOBODY), Array(3).fill(NOBODY)])
    expect(groups.filter((group: number) => group !== NOBODY)).toEqual([])
    expect(cwd).toBe(gunicorn.directory)
    expect(environment).toEqual({ SETTING: 'of the target', HOLDFAST_PREFLIGHT: '1', HOME: null })
  })

  test.runIf(isRoot)(
    'what may have failed for want of a group is unavailable, what passes without has passed',
    async () => {
      chownSync(gunicorn.directory, NOBODY, NOBODY)
      const rights = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--groups', '4711']
      await gunicorn.start([], { through: ['setpriv', ...rights] })
      expect(await realPreflight()(await sightMaster())).toMatchObject({ kind: 'passed' })
      const secret = join(gunicorn.directory, 'secret')
      writeFileSync(secret, 'x', { mode: 0o640 })
      chownSync(secret, 0, 4711)
      gunicorn.writeApp(`open('secret').read()\ndef app(environ, start_response): pass\n`)
      const answer = await realPreflight()(await sightMaster())
      expect(answer).toMatchObject({ kind: 'unavailable', detail: expect.stringMatching(/4711: [^]*secret/) })
    },
  )

  test('what could not be run is unavailable, not failed', async () => {
    const pid = await gunicorn.start()
    const master = await sightMaster()
    const answers = await Promise.all([
      realPreflight()({ ...master, cmdline: ['/nowhere/python', '/usr/bin/gunicorn', 'service:app'] }),
      realPreflight()({ ...master, cmdline: ['gunicorn: master [service]'] }),
      realPreflight()({ ...master, cwd: '/nowhere' }),
      realPreflight()({ ...master, identity: { ...master.identity, start_ticks: 1 } }),
    ])
    expect(answers.map(({ kind }) => kind)).toEqual(Array(4).fill('unavailable'))
    process.kill(pid, 'SIGKILL')
    await waitFor('its end', () => !isAlive(pid))
    expect(await realPreflight()(master)).toMatchObject({ kind: 'unavailable' })
  })
})

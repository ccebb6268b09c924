/** RC3: what runs, and what systemd has loaded, against what is written down. */
import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { failing } from '#domain/contract/check-item.ts'
import { PROGRAM_IN_CODE, RELEASE } from '#domain/contract/deployment.ts'
import { PREFIX, type DriftGround } from './drift-ground.ts'
import { AGENT, dropIn, PRUNE, TARGET, testDrifts, unit, WATCHDOG, withGround } from './drift-matrix.ts'

const PYTHON = `${PREFIX}/bin/python3.11`
const NODE = `${PREFIX}/bin/node`
const [MASTER, WATCHER] = [100, 200]
const ARGUMENTS = '--pid /run/holdfast/gunicorn.pid --bind 127.0.0.1:8080'

/** Target and watchdog, as /proc shows them when they were started as they should be. */
function start(ground: DriftGround): void {
  ground.write('/run/holdfast/gunicorn.pid', `${MASTER}\n`)
  ground.process(
    MASTER,
    { exe: PYTHON, cwd: '/' },
    { cmdline: [PYTHON, `${PREFIX}/bin/gunicorn`, ...ARGUMENTS.split(' ')], environ: ['A=b'] },
  )
  ground.process(
    WATCHER,
    { exe: NODE, cwd: '/opt/holdfast/releases/1' },
    {
      cmdline: [NODE, RELEASE + PROGRAM_IN_CODE, 'watchdog'],
      environ: ['WATCHDOG_RUNTIME_DIR=/run/holdfast/'],
    },
  )
  for (const pid of [MASTER, WATCHER]) ground.account(pid, process.getuid?.() ?? 0)
}

/** As systemd shows a unit that is loaded as the disk has it. */
function shown(ground: DriftGround, name: string, change: Readonly<Record<string, string>> = {}): string {
  const command = ground.commandOf(unit(name))
  const [program = ''] = command.split(' ')
  const properties = {
    Id: name,
    LoadState: 'loaded',
    NeedDaemonReload: 'no',
    FragmentPath: unit(name),
    DropInPaths: '',
    ExecStart: `{ path=${program} ; argv[]=${command} ; ignore_errors=no ; start_time=[n/a] ; pid=0 }`,
    ...change,
  }
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

function shownAll(
  ground: DriftGround,
  change: Readonly<Record<string, Record<string, string>>> = {},
): string {
  return [TARGET, WATCHDOG, AGENT, PRUNE].map((name) => shown(ground, name, change[name])).join('\n')
}

/** Everything runs, systemd too: a reload loads what lies on the disk, a restart starts it as it should be. */
const held = withGround((ground) => {
  start(ground)
  ground.write('/good', shownAll(ground))
  const good = ground.at('/proc-good')
  ground.apply(`cp -a ${ground.at('/proc')} ${good}`)
  const restart = (pid: number) =>
    `rm -r ${ground.at(`/proc/${pid}`)}; cp -a ${good}/${pid} ${ground.at('/proc')}`
  ground.systemctl(shownAll(ground), {
    'daemon-reload': `cp ${ground.at('/good')} ${ground.at('/loaded')}`,
    [`restart ${TARGET}`]: restart(MASTER),
    [`restart ${WATCHDOG}`]: restart(WATCHER),
  })
})

test('RC3 as it should be, each process and each unit is looked at, and nothing is found', () => {
  const { ground } = held
  expect(ground.findings()).toEqual([])
  const looked = ground.items().filter(({ scope }) => scope === 'running')
  expect(looked.map(({ what, state }) => `${what}: ${state}`)).toEqual([
    ...[TARGET, WATCHDOG, AGENT, PRUNE].map((name) => `${name}: as systemd loaded it: ok`),
    ...['executable', 'options', 'account'].map((what) => `${TARGET}: ${what}: ok`),
    ...['executable', 'release', 'account'].map((what) => `${WATCHDOG}: ${what}: ok`),
    'WATCHDOG_RUNTIME_DIR: ok',
  ])
})

testDrifts(held, [
  {
    name: 'a release that is not current any more',
    broken: (ground) => {
      ground.apply(
        `cp -a ${ground.at('/opt/holdfast/releases/1')}/. ${ground.at('/opt/holdfast/releases/2')}`,
      )
      ground.process(WATCHER, { cwd: '/opt/holdfast/releases/2' }, {})
    },
    what: `${WATCHDOG}: release`,
    source: `/proc/${WATCHER}/cwd`,
    found: /releases\/2/,
  },
  {
    name: 'a release that was removed under a running process',
    broken: (ground) => ground.process(WATCHER, { cwd: '/opt/holdfast/releases/0 (deleted)' }, {}),
    what: `${WATCHDOG}: release`,
    source: `/proc/${WATCHER}/cwd`,
    found: /deleted/,
  },
  {
    name: 'a process that was started out of its release and not by way of current',
    broken: (ground) =>
      ground.process(
        WATCHER,
        { cwd: '/opt/holdfast/releases/0' },
        { cmdline: [NODE, '/opt/holdfast/releases/0/build/agent/holdfast.js', 'watchdog'] },
      ),
    what: `${WATCHDOG}: release`,
    source: `/proc/${WATCHER}/cwd`,
    found: /releases\/0/,
  },
  {
    name: 'a master from another prefix',
    broken: (ground) => ground.process(MASTER, { exe: '/usr/bin/python3.11' }, {}),
    what: `${TARGET}: executable`,
    source: `/proc/${MASTER}/exe`,
    found: /\/usr\/bin/,
  },
  {
    name: 'a watchdog whose node was replaced',
    broken: (ground) => ground.process(WATCHER, { exe: `${NODE} (deleted)` }, {}),
    what: `${WATCHDOG}: executable`,
    source: `/proc/${WATCHER}/exe`,
    found: /deleted/,
  },
  {
    name: 'an environment from before the change',
    broken: (ground) => ground.process(WATCHER, {}, { environ: ['WATCHDOG_PID_FILE=/run/old.pid'] }),
    what: 'WATCHDOG_PID_FILE',
    source: `/proc/${WATCHER}/environ`,
    found: /old\.pid/,
  },
  {
    name: 'a master on another port',
    broken: (ground) =>
      ground.process(MASTER, {}, { cmdline: [PYTHON, `${PREFIX}/bin/gunicorn`, '-b', '0.0.0.0:80'] }),
    what: `${TARGET}: options`,
    source: `/proc/${MASTER}/cmdline`,
    found: /0\.0\.0\.0:80/,
  },
  {
    name: 'a master with another pid file',
    broken: (ground) =>
      ground.process(MASTER, {}, { cmdline: [PYTHON, `${PREFIX}/bin/gunicorn`, '--pid=/tmp/pid'] }),
    what: `${TARGET}: options`,
    source: `/proc/${MASTER}/cmdline`,
    found: /\/tmp\/pid/,
  },
  {
    name: 'a watchdog of another account',
    broken: (ground) => ground.account(WATCHER, 64_999),
    what: `${WATCHDOG}: account`,
    source: `/proc/${WATCHER}/status`,
    found: /64999/,
  },
  {
    name: 'a unit that was edited and not loaded again',
    broken: (ground) => ground.write('/loaded', shownAll(ground, { [AGENT]: { NeedDaemonReload: 'yes' } })),
    what: `${AGENT}: as systemd loaded it`,
    source: `systemctl show ${AGENT}`,
    found: /from before/,
  },
  {
    name: 'a unit that was put back, with an older time, and not loaded again',
    broken: (ground) => {
      const command = ground.commandOf(unit(AGENT)).replace(' serve', ' old')
      const ExecStart = `{ path=/x ; argv[]=${command} ; ignore_errors=no ; pid=0 }`
      ground.write('/loaded', shownAll(ground, { [AGENT]: { ExecStart } }))
    },
    what: `${AGENT}: as systemd loaded it`,
    source: `systemctl show ${AGENT}`,
    found: / old$/,
  },
  {
    name: 'a unit that is loaded from another place',
    broken: (ground) =>
      ground.write('/loaded', shownAll(ground, { [TARGET]: { FragmentPath: '/usr/lib/systemd/system/x' } })),
    what: `${TARGET}: as systemd loaded it`,
    source: `systemctl show ${TARGET}`,
    found: /from \/usr\/lib/,
  },
  {
    name: 'a drop-in that is loaded and not there any more',
    broken: (ground) =>
      ground.write('/loaded', shownAll(ground, { [TARGET]: { DropInPaths: dropIn(TARGET) } })),
    what: `${TARGET}: as systemd loaded it`,
    source: `systemctl show ${TARGET}`,
    found: /50-test\.conf/,
  },
  {
    name: 'a unit that systemd has not read',
    broken: (ground) => ground.write('/loaded', shownAll(ground, { [PRUNE]: { LoadState: 'not-found' } })),
    what: `${PRUNE}: as systemd loaded it`,
    source: `systemctl show ${PRUNE}`,
    found: /not read it yet/,
  },
  {
    name: 'a unit that systemd could not read',
    broken: (ground) => ground.write('/loaded', shownAll(ground, { [AGENT]: { LoadState: 'bad-setting' } })),
    what: `${AGENT}: as systemd loaded it`,
    source: `systemctl show ${AGENT}`,
    found: /bad-setting/,
  },
])

test.each([
  ['a drop-in that is loaded', 'dropIn'],
  ['quotes that systemd shows', 'quotes'],
])('RC4 no alarm: %s', (_, kind) => {
  const { ground } = held
  if (kind === 'dropIn') ground.dropIn(TARGET, '[Service]\nTimeoutStopSec=90\n')
  const DropInPaths = kind === 'dropIn' ? dropIn(TARGET) : ''
  const command = ground.commandOf(unit(TARGET)).replace('--bind', '"--bind"')
  const ExecStart = `{ path=/x ; argv[]=${command} ; ignore_errors=no ; pid=0 }`
  ground.write('/loaded', shownAll(ground, { [TARGET]: { DropInPaths, ExecStart } }))
  expect(ground.findings()).toEqual([])
})

test('RC3 a pid file that outlived its master names nothing that runs', () => {
  const { ground } = held
  rmSync(ground.at(`/proc/${MASTER}`), { recursive: true })
  expect(ground.findings()).toEqual([])
})

test('RC3 a checkout on the same host is not taken for a deployment', () => {
  const { ground } = held
  ground.process(
    300,
    { exe: '/usr/bin/node', cwd: '/home/dev' },
    { cmdline: ['node', '/home/dev/build/agent/holdfast.js', 'serve'], environ: [] },
  )
  expect(ground.findings()).toEqual([])
})

test('RC3 a container’s processes have the same names, and other files', () => {
  const { ground } = held
  ground.link('/proc/self/ns/pid', 'pid:[1]')
  ground.process(WATCHER, { cwd: '/opt/holdfast/releases/0', 'ns/pid': 'pid:[2]' }, {})
  expect(ground.findings()).toEqual([])
  ground.process(WATCHER, { 'ns/pid': 'pid:[1]' }, {})
  expect(ground.findings()).toMatchObject([{ found: '/opt/holdfast/releases/0' }])
})

test('RC3 what cannot be asked is not checked, with the reason: a title in place of the command line, a silent systemctl', () => {
  const { ground } = held
  ground.process(MASTER, {}, { cmdline: ['gunicorn: master [app]'] })
  ground.execute('/bin/systemctl', '#!/bin/sh\necho Failed to connect to bus >&2\nexit 1\n')
  expect(ground.findings()).toMatchObject([
    { state: 'not_checked', why: expect.stringContaining('Failed to connect to bus') as string },
    { state: 'not_checked', why: expect.stringContaining('command line') as string },
  ])
  rmSync(ground.at('/bin/systemctl'))
  expect(ground.items().find(({ what }) => what === 'units as systemd loaded them')).toMatchObject({
    state: 'not_applicable',
  })
})

test('RC5 before a start only the contract and that unit count', () => {
  const { ground } = held
  ground.process(WATCHER, { cwd: '/opt/holdfast/releases/0' }, {})
  ground.write('/etc/nginx/conf.d/holdfast.conf', 'server {')
  ground.dropIn(WATCHDOG, '[Service]\nUser=root\n')
  ground.dropIn(AGENT, '[Service]\nExecStart=\nExecStart=%Z\n')
  const loaded = { DropInPaths: '' }
  const [watchdog, agent] = [{ DropInPaths: dropIn(WATCHDOG) }, { DropInPaths: dropIn(AGENT) }]
  ground.write('/loaded', shownAll(ground, { [TARGET]: loaded, [WATCHDOG]: watchdog, [AGENT]: agent }))
  const items = ground.items()
  const count = (unitName: string | null, strict: boolean) =>
    failing(items, { unit: unitName, strict }).length
  expect(count(TARGET, true)).toBe(0)
  expect(count(WATCHDOG, true)).toBe(1)
  expect([count(AGENT, false), count(AGENT, true)]).toEqual([0, 1])
  expect([count(null, false), count(null, true)]).toEqual([3, 4])
})

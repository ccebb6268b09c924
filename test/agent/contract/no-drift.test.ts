/** RC4: what is spelt otherwise and is the same: no alarm. */
import { readFileSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PREFIX, type DriftGround } from './drift-ground.ts'
import { AGENT, ENV, TARGET, unit, UNITS, WATCHDOG, withGround } from './drift-matrix.ts'

const held = withGround()

const NO_DRIFT: { name: string; changed: (ground: DriftGround) => void; env?: Record<string, string> }[] = [
  {
    name: 'a slash at the end',
    changed: (ground) => ground.edit(ENV, '=/run/holdfast\n', '=/run/holdfast/\n'),
  },
  {
    name: 'a way through the parent',
    changed: (ground) => ground.edit(ENV, '/run/holdfast/gunicorn.pid', '/run/x/../holdfast//./gunicorn.pid'),
  },
  {
    name: 'another name of a directory',
    changed: (ground) => {
      ground.link('/var/run', '../run')
      ground.edit(ENV, '/run/holdfast/restart.flag', '/var/run/holdfast/restart.flag')
    },
  },
  {
    name: 'a link with an absolute target',
    changed: (ground) => {
      ground.link('/srv/env', '/opt/conda/envs')
      ground.edit(unit(TARGET), `ExecStart=${PREFIX}`, 'ExecStart=/srv/env/holdfast-target')
    },
  },
  {
    name: 'the release in place of current',
    changed: (ground) =>
      ground.edit(
        unit(WATCHDOG),
        'WorkingDirectory=/opt/holdfast/current',
        'WorkingDirectory=/opt/holdfast/releases/1',
      ),
  },
  { name: 'a number in other digits', changed: (ground) => ground.edit(ENV, 'INTERVAL=5', 'INTERVAL=5.0') },
  { name: 'quotes', changed: (ground) => ground.edit(ENV, '=127.0.0.1:8080', '="127.0.0.1:8080"') },
  {
    name: 'truth in another word',
    changed: (ground) => ground.edit(unit(AGENT), 'NoNewPrivileges=yes', 'NoNewPrivileges=1'),
  },
  {
    name: 'a command over several lines',
    changed: (ground) => ground.edit(unit(TARGET), ' --pid', ' \\\n# where it is known\n  --pid'),
  },
  {
    name: 'a specifier',
    changed: (ground) => ground.edit(unit(TARGET), '--pid /run/holdfast', '--pid %t/holdfast'),
  },
  {
    name: 'a variable that is set',
    changed: (ground) =>
      ground.edit(unit(TARGET), '--pid /run/holdfast/gunicorn.pid', '--pid=${WATCHDOG_PID_FILE}'),
  },
  {
    name: 'more options for the target',
    changed: (ground) => ground.edit(unit(TARGET), /(ExecStart=.*)/, '$1 --workers 4 app:app'),
  },
  {
    name: 'more to write to for the target',
    changed: (ground) => ground.dropIn(TARGET, '[Service]\nReadWritePaths=/srv/uploads\nTimeoutStopSec=90\n'),
  },
  {
    name: 'a drop-in that another one hides',
    changed: (ground) => {
      ground.write(`/run/systemd/system/${TARGET}.d/50-test.conf`, '[Service]\nUser=root\n')
      ground.dropIn(TARGET, '# nothing\n')
    },
  },
  {
    name: 'a drop-in that is masked',
    changed: (ground) => {
      ground.write(`/usr/lib/systemd/system/${TARGET}.d/x.conf`, '[Service]\nUser=root\n')
      ground.link(`${UNITS}/${TARGET}.d/x.conf`, '/dev/null')
    },
  },
  {
    name: 'a setting that a later one mends',
    changed: (ground) => {
      ground.dropIn(TARGET, '[Service]\nUser=root\n', '10.conf')
      ground.dropIn(TARGET, '[Service]\nUser=holdfast\n', '20.conf')
    },
  },
  {
    name: 'a unit where the distribution puts it',
    changed: (ground) => {
      const text = readFileSync(ground.at(unit(AGENT)))
      rmSync(ground.at(unit(AGENT)))
      ground.write(`/usr/lib/systemd/system/${AGENT}`, text)
    },
  },
  {
    name: 'a variable over which the environment file has the last word',
    changed: (ground) =>
      ground.dropIn(WATCHDOG, '[Service]\nEnvironment=HOLDFAST_CONTRACT_FILE=/tmp/c.json\n'),
  },
  { name: 'no environment file', changed: (ground) => rmSync(ground.at(ENV)) },
  {
    name: 'a prefix too long for the kernel',
    changed: (ground) =>
      ground.write(
        `${PREFIX}/bin/gunicorn`,
        `#!/bin/sh\n'''exec' ${PREFIX}/bin/python3.11 "$0" "$@"\n' '''\n`,
      ),
  },
  {
    name: 'variables of this process that say the same',
    changed: () => undefined,
    env: { WATCHDOG_PID_FILE: '/run/holdfast/./gunicorn.pid', PATH: '/bin' },
  },
]

test.each(NO_DRIFT)('RC4 no alarm: $name', ({ changed, env }) => {
  changed(held.ground)
  expect(held.ground.findings(env)).toEqual([])
})

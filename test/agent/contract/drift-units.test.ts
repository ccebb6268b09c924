/** RC2, RC3: the units and their drop-ins, broken in one place. */
import { expect, test } from 'vitest'
import { PREFIX } from './drift-ground.ts'
import {
  AGENT,
  dropIn,
  lineOf,
  TARGET,
  testDrifts,
  unit,
  UNITS,
  WATCHDOG,
  withGround,
} from './drift-matrix.ts'

const GUNICORN = `${PREFIX}/bin/gunicorn --config /etc/holdfast/gunicorn.conf.py`
const held = withGround()

test('RC3 as it should be, everything is checked and nothing is found', () => {
  expect(held.ground.findings()).toEqual([])
  expect(held.ground.items().filter(({ state }) => state === 'ok').length).toBeGreaterThan(80)
})

testDrifts(held, [
  {
    name: 'another prefix in the watchdog’s unit',
    broken: (ground) => ground.edit(unit(WATCHDOG), /(ExecStart=)\S+node/, '$1/opt/other/bin/node'),
    what: 'ExecStart=',
    source: lineOf(unit(WATCHDOG)),
    found: /\/opt\/other\/bin\/node/,
  },
  {
    name: 'another prefix in the target’s unit',
    broken: (ground) => ground.edit(unit(TARGET), `ExecStart=${PREFIX}`, 'ExecStart=/opt/other'),
    what: 'ExecStart=',
    source: lineOf(unit(TARGET)),
    found: /\/opt\/other/,
  },
  {
    name: 'gunicorn of a venv',
    broken: (ground) => {
      ground.execute('/srv/venv/bin/gunicorn', '#!/srv/venv/bin/python')
      ground.edit(unit(TARGET), `ExecStart=${PREFIX}`, 'ExecStart=/srv/venv')
    },
    what: 'ExecStart=',
    source: lineOf(unit(TARGET)),
    found: /\/srv\/venv\/bin\/gunicorn/,
  },
  {
    name: 'a drop-in with another command',
    broken: (ground) => ground.dropIn(TARGET, '[Service]\nExecStart=\nExecStart=/usr/bin/gunicorn app:app\n'),
    what: 'ExecStart=',
    source: `${dropIn(TARGET)}:3`,
    found: /\/usr\/bin\/gunicorn/,
  },
  {
    name: 'a drop-in with a second command',
    broken: (ground) => ground.dropIn(WATCHDOG, '# more\n[Service]\nExecStart=/bin/true\n'),
    what: 'ExecStart=',
    source: `${dropIn(WATCHDOG)}:3`,
    found: /2 commands/,
  },
  {
    name: 'a drop-in that takes the command away',
    broken: (ground) => ground.dropIn(AGENT, '[Service]\nExecStart=\n'),
    what: 'ExecStart=',
    source: unit(AGENT),
    found: /none/,
  },
  {
    name: 'a shell between',
    broken: (ground) =>
      ground.dropIn(TARGET, `[Service]\nExecStart=\nExecStart=/bin/sh -c "exec ${GUNICORN}"\n`),
    what: 'ExecStart=',
    source: `${dropIn(TARGET)}:3`,
    found: /between systemd and the target/,
  },
  {
    name: 'conda run',
    broken: (ground) =>
      ground.dropIn(
        TARGET,
        `[Service]\nExecStart=\nExecStart=/opt/conda/bin/conda run -n holdfast-target \\\n  gunicorn\n`,
      ),
    what: 'ExecStart=',
    source: `${dropIn(TARGET)}:3`,
    found: /conda run/,
  },
  {
    name: 'full privileges',
    broken: (ground) => ground.edit(unit(WATCHDOG), 'ExecStart=', 'ExecStart=+'),
    what: 'ExecStart=',
    source: lineOf(unit(WATCHDOG)),
    found: /^\+/,
  },
  {
    name: 'another pid file on the command line',
    broken: (ground) =>
      ground.dropIn(
        TARGET,
        `[Service]\nExecStart=\nExecStart=${GUNICORN} --bind 127.0.0.1:8080 -p /run/other.pid\n`,
      ),
    what: 'ExecStart=',
    source: `${dropIn(TARGET)}:3`,
    found: /\/run\/other\.pid/,
  },
  {
    name: 'another port on the command line',
    broken: (ground) => ground.edit(unit(TARGET), '127.0.0.1:8080', '127.0.0.1:9999'),
    what: 'ExecStart=',
    source: lineOf(unit(TARGET)),
    found: /9999/,
  },
  {
    name: 'another subcommand',
    broken: (ground) => ground.edit(unit(WATCHDOG), 'holdfast.js watchdog', 'holdfast.js serve'),
    what: 'ExecStart=',
    source: lineOf(unit(WATCHDOG)),
    found: /serve/,
  },
  {
    name: 'no check before the start',
    broken: (ground) => ground.edit(unit(TARGET), /^ExecStartPre=.*\n/m, ''),
    what: 'ExecStartPre=',
    source: unit(TARGET),
    found: /none/,
  },
  {
    name: 'a check whose failure is ignored',
    broken: (ground) => ground.edit(unit(TARGET), 'ExecStartPre=', 'ExecStartPre=-'),
    what: 'ExecStartPre=',
    source: lineOf(unit(TARGET)),
    found: /^-/,
  },
  {
    name: 'another user',
    broken: (ground) => ground.dropIn(WATCHDOG, '[Service]\nUser=root\n'),
    what: 'User=',
    source: `${dropIn(WATCHDOG)}:2`,
    found: /root/,
  },
  {
    name: 'another group in a drop-in for all of a prefix',
    broken: (ground) => ground.write(`${UNITS}/holdfast-.service.d/10-all.conf`, '[Service]\nGroup=wheel\n'),
    what: 'Group=',
    source: `${UNITS}/holdfast-.service.d/10-all.conf:2`,
    found: /wheel/,
  },
  {
    name: 'a drop-in of the run time',
    broken: (ground) => ground.write(`/run/systemd/system/${AGENT}.d/z.conf`, '[Service]\nType=simple\n'),
    what: 'Type=',
    source: `/run/systemd/system/${AGENT}.d/z.conf:2`,
    found: /simple/,
  },
  {
    name: 'a watchdog that cannot see /proc',
    broken: (ground) => ground.dropIn(WATCHDOG, '[Service]\nPrivateUsers=true\n'),
    what: 'PrivateUsers=',
    source: `${dropIn(WATCHDOG)}:2`,
    found: /true/,
  },
  {
    name: 'a watchdog from which processes are hidden',
    broken: (ground) => ground.dropIn(WATCHDOG, '[Service]\nProtectProc=invisible\n'),
    what: 'ProtectProc=',
    source: `${dropIn(WATCHDOG)}:2`,
    found: /invisible/,
  },
  {
    name: 'an open file system',
    broken: (ground) => ground.dropIn(AGENT, '[Service]\nProtectSystem=no\n'),
    what: 'ProtectSystem=',
    source: `${dropIn(AGENT)}:2`,
    found: /no/,
  },
  {
    name: 'code that can be written',
    broken: (ground) => ground.dropIn(WATCHDOG, '[Service]\nReadWritePaths=/opt/holdfast\n'),
    what: 'ReadWritePaths=',
    source: `${dropIn(WATCHDOG)}:2`,
    found: /\/opt\/holdfast/,
  },
  {
    name: 'state that cannot be written',
    broken: (ground) => ground.dropIn(WATCHDOG, '[Service]\nReadWritePaths=\nReadWritePaths=/run/holdfast\n'),
    what: 'ReadWritePaths=',
    source: `${dropIn(WATCHDOG)}:3`,
    found: /^\/run\/holdfast$/,
  },
])

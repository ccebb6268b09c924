/** RC2, RC3: directories, binaries and the conda environment, broken in one place. */
import { chmodSync, rmSync } from 'node:fs'
import { PREFIX } from './drift-ground.ts'
import { reinstall, testDrifts, withGround } from './drift-matrix.ts'

const held = withGround()

testDrifts(held, [
  {
    name: 'no command for an operator',
    broken: (ground) => rmSync(ground.at('/usr/local/bin/holdfast')),
    what: 'holdfast',
    source: '/usr/local/bin/holdfast',
    found: /missing/,
  },
  {
    name: 'the command of another node',
    broken: (ground) => ground.edit('/usr/local/bin/holdfast', PREFIX, '/usr'),
    what: 'holdfast',
    source: '/usr/local/bin/holdfast',
    found: /another text/,
  },
  {
    name: 'a command that nobody may execute',
    broken: (ground) => chmodSync(ground.at('/usr/local/bin/holdfast'), 0o644),
    what: 'holdfast',
    source: '/usr/local/bin/holdfast',
    found: /not executable/,
  },
  {
    name: 'state of somebody else’s eyes',
    broken: (ground) => chmodSync(ground.at('/var/lib/holdfast'), 0o757),
    what: 'paths.state_dir',
    source: '/var/lib/holdfast',
    found: /0757/,
  },
  {
    name: 'state that its owner cannot write',
    broken: (ground) => chmodSync(ground.at('/var/lib/holdfast'), 0o550),
    what: 'paths.state_dir',
    source: '/var/lib/holdfast',
    found: /0550/,
  },
  {
    name: 'a runtime directory that is not the group’s',
    broken: (ground) => chmodSync(ground.at('/run/holdfast'), 0o700),
    what: 'paths.runtime_dir',
    source: '/run/holdfast',
    found: /0700/,
  },
  {
    name: 'no runtime directory',
    broken: (ground) => rmSync(ground.at('/run/holdfast'), { recursive: true }),
    what: 'paths.runtime_dir',
    source: '/run/holdfast',
    found: /nothing/,
  },
  {
    name: 'a file in place of the state directory',
    broken: (ground) => {
      rmSync(ground.at('/var/lib/holdfast'), { recursive: true })
      ground.write('/var/lib/holdfast', '')
    },
    what: 'paths.state_dir',
    source: '/var/lib/holdfast',
    found: /a file/,
  },
  {
    name: 'a directory in place of the restart flag',
    broken: (ground) => ground.write('/run/holdfast/restart.flag/x', ''),
    what: 'paths.restart_flag',
    source: '/run/holdfast/restart.flag',
    found: /a directory/,
  },
  {
    name: 'a node that nobody may execute',
    broken: (ground) => chmodSync(ground.at(`${PREFIX}/bin/node`), 0o644),
    what: 'binaries.node',
    source: `${PREFIX}/bin/node`,
    found: /0644/,
  },
  {
    name: 'no gunicorn',
    broken: (ground) => rmSync(ground.at(`${PREFIX}/bin/gunicorn`)),
    what: 'binaries.gunicorn',
    source: `${PREFIX}/bin/gunicorn`,
    found: /nothing/,
    byHand: true,
  },
  {
    name: 'a prefix without conda’s history',
    broken: (ground) => rmSync(ground.at(`${PREFIX}/conda-meta`), { recursive: true }),
    what: 'conda.prefix',
    source: `${PREFIX}/conda-meta/history`,
    found: /no conda-meta/,
    byHand: true,
  },
  {
    name: 'a venv in place of conda',
    broken: (ground) => ground.write(`${PREFIX}/pyvenv.cfg`, ''),
    what: 'conda.prefix',
    source: `${PREFIX}/conda-meta/history`,
    found: /venv/,
    byHand: true,
  },
  {
    name: 'gunicorn of another environment',
    broken: (ground) =>
      ground.write(`${PREFIX}/bin/gunicorn`, '#!/opt/conda/envs/old/bin/python3.11\nimport gunicorn\n'),
    what: 'the interpreter that gunicorn names',
    source: `${PREFIX}/bin/gunicorn:1`,
    found: /envs\/old/,
  },
  {
    name: 'gunicorn of a venv that was made from it',
    broken: (ground) => {
      ground.link('/srv/venv/bin/python', `${PREFIX}/bin/python3`)
      ground.write(`${PREFIX}/bin/gunicorn`, '#!/srv/venv/bin/python\n')
    },
    what: 'the interpreter that gunicorn names',
    source: `${PREFIX}/bin/gunicorn:1`,
    found: /\/srv\/venv/,
  },
  {
    name: 'gunicorn that asks the path',
    broken: (ground) => ground.write(`${PREFIX}/bin/gunicorn`, '#!/usr/bin/env python3\n'),
    what: 'the interpreter that gunicorn names',
    source: `${PREFIX}/bin/gunicorn:1`,
    found: /env python3/,
  },
  {
    name: 'another owner',
    broken: (ground) => ground.write('/etc/passwd', 'holdfast:x:64999:64999::/:/bin/false\n'),
    what: 'paths.state_dir',
    source: '/var/lib/holdfast',
    found: /a directory of \d+:\d+/,
    // Who is not root gives nothing away.
    byHand: true,
  },
  {
    name: 'no account',
    broken: (ground) => ground.write('/etc/passwd', 'root:x:0:0::/:/bin/false\n'),
    what: 'user',
    source: '/etc/passwd',
    found: /no account holdfast/,
    byHand: true,
  },
  {
    name: 'gunicorn of bytes',
    broken: (ground) => ground.execute(`${PREFIX}/bin/gunicorn`, '\x7fELF'),
    what: 'the interpreter that gunicorn names',
    source: `${PREFIX}/bin/gunicorn:1`,
    found: /no script/,
    byHand: true,
  },
  {
    name: 'a node outside of the prefix',
    broken: (ground) => {
      ground.execute('/usr/bin/node', '')
      reinstall(ground, { binaries: { ...ground.contract.binaries, node: '/usr/bin/node' } })
    },
    what: 'binaries.node',
    source: '/usr/bin/node',
    found: /\/usr\/bin\/node/,
    byHand: true,
  },
])

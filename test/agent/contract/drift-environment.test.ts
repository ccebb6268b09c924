/** RC3, RC7: environment files and variables, broken in one place. */
import { appendFileSync, readFileSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { AGENT, dropIn, ENV, lineOf, testDrifts, unit, WATCHDOG, withGround } from './drift-matrix.ts'

const held = withGround()

testDrifts(held, [
  {
    name: 'another pid file in the environment file',
    broken: (ground) => ground.edit(ENV, 'gunicorn.pid', 'other.pid'),
    what: 'WATCHDOG_PID_FILE',
    source: lineOf(ENV),
    found: /other\.pid/,
  },
  {
    name: 'a relative path in the environment file',
    broken: (ground) => ground.edit(ENV, '=/run/holdfast\n', '=run/holdfast\n'),
    what: 'WATCHDOG_RUNTIME_DIR',
    source: lineOf(ENV),
    found: /^run\/holdfast/,
  },
  {
    name: 'the environment of an older contract',
    broken: (ground) => ground.edit(ENV, 'VERSION=2026.11.1', 'VERSION=2026.10.1'),
    what: 'RUNTIME_CONTRACT_VERSION',
    source: lineOf(ENV),
    found: /2026\.10\.1/,
  },
  {
    name: 'another conda environment in the environment file',
    broken: (ground) => ground.edit(ENV, 'CONDA_ENV_NAME=holdfast-target', 'CONDA_ENV_NAME=base'),
    what: 'CONDA_ENV_NAME',
    source: lineOf(ENV),
    found: /base/,
  },
  {
    name: 'a malformed interval',
    broken: (ground) => ground.edit(ENV, 'INTERVAL=5', 'INTERVAL=five'),
    what: 'WATCHDOG_CHECK_INTERVAL',
    source: lineOf(ENV),
    found: /five/,
  },
  {
    name: 'a variable set twice, the last one wrong',
    broken: (ground) => appendFileSync(ground.at(ENV), 'GUNICORN_BIND="0.0.0.0:80"\n'),
    what: 'GUNICORN_BIND',
    source: lineOf(ENV),
    found: /0\.0\.0\.0:80/,
  },
  {
    name: 'a later environment file',
    broken: (ground) => {
      ground.write('/etc/local.env', 'WATCHDOG_STATE_FILE=/tmp/state.json\n')
      ground.dropIn(AGENT, '[Service]\nEnvironmentFile=/etc/local.env\n')
    },
    what: 'WATCHDOG_STATE_FILE',
    source: '/etc/local.env:1',
    found: /\/tmp\/state\.json/,
  },
  {
    name: 'an environment file that must be there',
    broken: (ground) => ground.dropIn(AGENT, '[Service]\nEnvironmentFile=/etc/none.env\n'),
    what: 'EnvironmentFile=',
    source: `${dropIn(AGENT)}:2`,
    found: /none\.env/,
  },
  {
    name: 'no environment file of ours',
    broken: (ground) => ground.dropIn(AGENT, '[Service]\nEnvironmentFile=\n'),
    what: 'EnvironmentFile=',
    source: unit(AGENT),
    found: /none/,
  },
  {
    name: 'another runtime directory in Environment=',
    broken: (ground) =>
      ground.dropIn(WATCHDOG, '[Service]\nEnvironment="A=b c" HOLDFAST_RUNTIME_DIR=/tmp/run\n'),
    what: 'HOLDFAST_RUNTIME_DIR',
    source: `${dropIn(WATCHDOG)}:2`,
    found: /\/tmp\/run/,
  },
  {
    name: 'an environment file of bytes',
    broken: (ground) => ground.write(ENV, Buffer.from([127, 69, 76, 70, 0, 255])),
    what: 'environment file',
    source: `${ENV}:1`,
    found: /no text/,
  },
  {
    name: 'an environment file of ten megabytes',
    broken: (ground) => ground.write(ENV, 'A=bcdefg\n'.repeat(1_200_000)),
    what: 'environment file',
    source: `${ENV}:1`,
    found: /larger than/,
  },
  {
    name: 'an environment file with a quote that does not end',
    broken: (ground) => appendFileSync(ground.at(ENV), 'A="b\n'),
    what: 'environment file',
    source: lineOf(ENV),
    found: /quote/,
  },
  {
    name: 'an environment file with the words of a shell',
    broken: (ground) => appendFileSync(ground.at(ENV), 'export A=b\n'),
    what: 'environment file',
    source: lineOf(ENV),
    found: /sets no variable/,
  },
  {
    name: 'a setting that hides behind a carriage return',
    broken: (ground) => appendFileSync(ground.at(ENV), 'A=b\rGUNICORN_BIND=0.0.0.0:80\n'),
    what: 'GUNICORN_BIND',
    source: lineOf(ENV),
    found: /0\.0\.0\.0:80/,
  },
  {
    name: 'a comment that takes the next line with it, in some versions of systemd',
    broken: (ground) => appendFileSync(ground.at(ENV), '# for C:\\\nA=b\n'),
    what: 'environment file',
    source: lineOf(ENV),
    found: /comment that goes on/,
  },
  {
    name: 'a directory in place of the environment file',
    broken: (ground) => {
      rmSync(ground.at(ENV))
      ground.write(`${ENV}/x`, '')
    },
    what: 'environment file',
    source: `${ENV}:1`,
    found: /no regular file/,
  },
  {
    name: 'environment files by a pattern',
    broken: (ground) => ground.dropIn(AGENT, '[Service]\nEnvironmentFile=-/etc/holdfast/*.env\n'),
    what: 'EnvironmentFile=',
    source: `${dropIn(AGENT)}:2`,
    found: /pattern/,
  },
  {
    name: 'a flag outside of the runtime directory',
    broken: (ground) => ground.edit(ENV, '/run/holdfast/restart.flag', '/tmp/restart.flag'),
    what: 'WATCHDOG_RESTART_FLAG',
    source: lineOf(ENV),
    found: /\/tmp\/restart\.flag/,
  },
])

test('RC3 a mend of the environment file leaves what the operator has set', () => {
  const { ground } = held
  appendFileSync(ground.at(ENV), 'OWN=1\nnonsense\nexport B=c\nQUOTED="x\nOTHER=2\n')
  ground.edit(ENV, 'gunicorn.pid', 'other.pid')
  for (let round = 0; round < 4; round += 1) {
    for (const { mend } of ground.findings()) ground.apply(mend ?? 'false')
  }
  expect(ground.findings()).toEqual([])
  const text = readFileSync(ground.at(ENV), 'utf8')
  expect(text).toMatch(/\nOWN=1\n# nonsense\n# export B=c\n# QUOTED="x\nOTHER=2\n$/)
})

test('RC3 a variable of this process that says something else is found', () => {
  const [finding, ...others] = held.ground.findings({ WATCHDOG_RESTART_FLAG: '/tmp/flag' })
  expect(others).toEqual([])
  expect(finding).toMatchObject({
    scope: 'contract',
    what: 'WATCHDOG_RESTART_FLAG',
    expected: '/run/holdfast/restart.flag',
    mend: 'export WATCHDOG_RESTART_FLAG=/run/holdfast/restart.flag',
  })
})

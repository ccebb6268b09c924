/** A program that finds drift does not begin: exit code 4, the mend on standard error, and nothing left behind. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import shipped from '../../deploy/runtime-contract.json' with { type: 'json' }
import { AGENT_PROGRAM, run } from '../support/holdfast.ts'
import { processesMentioning } from './support/processes.ts'
import { waitFor } from './support/wait.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-drift-'))
  mkdirSync(join(directory, 'run'))
  mkdirSync(join(directory, 'state'))
  chmodSync(join(directory, 'run'), 0o770)
  chmodSync(join(directory, 'state'), 0o750)
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const runtimeDir = () => join(directory, 'run')

function contract(change: object = {}): object {
  const name = userInfo().username
  return {
    ...shipped,
    $schema: undefined,
    conda: null,
    binaries: { interpreter: process.execPath, gunicorn: process.execPath, node: process.execPath },
    paths: {
      runtime_dir: runtimeDir(),
      state_dir: join(directory, 'state'),
      pid_file: join(runtimeDir(), 'gunicorn.pid'),
      restart_flag: join(runtimeDir(), 'restart.flag'),
      state_file: join(directory, 'state/restart-state.json'),
    },
    user: name,
    group: name,
    ...change,
  }
}

function start(command: string, given: object, env: Readonly<Record<string, string>> = {}) {
  const file = join(directory, 'contract.json')
  writeFileSync(file, JSON.stringify(given))
  return spawnSync(process.execPath, [AGENT_PROGRAM, command], {
    encoding: 'utf8',
    env: {
      PATH: '/usr/bin:/bin',
      HOLDFAST_CONTRACT_FILE: file,
      HOLDFAST_PORT: '0',
      HOLDFAST_STATSD_PORT: '0',
      ...env,
    },
    timeout: 15_000,
  })
}

const left = () => readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()

test.each(['serve', 'watchdog'])('RC5 %s refuses to start on drift, and leaves nothing behind', (command) => {
  const drifted = contract({
    binaries: { interpreter: process.execPath, gunicorn: '/nowhere/bin/gunicorn', node: process.execPath },
  })
  const { status, stdout, stderr } = start(command, drifted)
  expect(status).toBe(4)
  expect(stdout).toBe('')
  expect(stderr).toContain('binaries.gunicorn (contract), read in /nowhere/bin/gunicorn')
  expect(stderr).toMatch(
    /found {5}nothing\n +mend {6}put it there, or correct binaries\.gunicorn in .*contract\.json/,
  )
  expect(left()).toEqual(['contract.json', 'run', 'state'])
  expect(processesMentioning(directory)).toEqual([])
})

test('RC5 each way of another environment than the contract’s is refused before anything is made', () => {
  chmodSync(runtimeDir(), 0o700)
  const { status, stderr } = start('watchdog', contract(), {
    WATCHDOG_PID_FILE: join(runtimeDir(), 'other.pid'),
  })
  expect(status).toBe(4)
  expect(stderr).toContain('WATCHDOG_PID_FILE (contract)')
  expect(stderr).toContain(`mend      install -d -m 0770`)
  expect(left()).toEqual(['contract.json', 'run', 'state'])
})

test('RC5 not enforced it starts, and warns of each finding', async () => {
  chmodSync(runtimeDir(), 0o700)
  const file = join(directory, 'contract.json')
  writeFileSync(file, JSON.stringify(contract()))
  const env = { HOLDFAST_CONTRACT_FILE: file, RUNTIME_CONTRACT_ENFORCE: 'false' }
  const running = run([AGENT_PROGRAM, 'watchdog'], env)
  await waitFor('it watches', () => running.stderr().includes('the watchdog watches'))
  running.process.kill('SIGTERM')
  expect(await running.ended).toBe(0)
  const lines = running.stderr().trim().split('\n')
  const warning = lines
    .map((line) => JSON.parse(line) as Record<string, string>)
    .find(({ level }) => level === 'warning')
  expect(warning?.['message']).toContain('paths.runtime_dir')
})

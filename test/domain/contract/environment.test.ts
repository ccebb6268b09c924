import { expect, test } from 'vitest'
import shipped from '../../../deploy/runtime-contract.json' with { type: 'json' }
import { applyEnvironment, versionDrift } from '#domain/contract/environment.ts'
import { runtimeContract } from '#domain/schemas/runtime-contract.ts'

const contract = runtimeContract.parse(shipped)

test('RC7 without variables the contract stands as it is filed', () => {
  expect(applyEnvironment(contract, {})).toEqual({ contract, replaced: {}, faults: [] })
})

test('RC7 the runtime directory moves the files beneath it along', () => {
  const {
    contract: moved,
    replaced,
    faults,
  } = applyEnvironment(contract, { WATCHDOG_RUNTIME_DIR: '/srv/run/' })
  expect(faults).toEqual([])
  expect(moved.paths).toMatchObject({
    runtime_dir: '/srv/run',
    pid_file: '/srv/run/gunicorn.pid',
    restart_flag: '/srv/run/restart.flag',
    state_file: '/var/lib/holdfast/restart-state.json',
  })
  expect(replaced).toEqual({ 'paths.runtime_dir': 'WATCHDOG_RUNTIME_DIR' })
})

test.each([
  ['WATCHDOG_STATE_FILE', '/srv/state.json', (c: typeof contract) => c.paths.state_file, '/srv/state.json'],
  ['WATCHDOG_CHECK_INTERVAL', '2.5', (c: typeof contract) => c.watchdog.check_interval_s, 2.5],
  ['WATCHDOG_RESTART_HISTORY_MAX', '10', (c: typeof contract) => c.watchdog.restart_history_max, 10],
  ['CONDA_BIN', '/opt/mamba/bin/conda', (c: typeof contract) => c.conda?.bin, '/opt/mamba/bin/conda'],
  ['CONDA_ENV_NAME', 'reports', (c: typeof contract) => c.conda?.env_name, 'reports'],
  ['GUNICORN_BIND', '127.0.0.1:9090', (c: typeof contract) => c.bind, '127.0.0.1:9090'],
  [
    'WATCHDOG_PID_FILE',
    '/run/holdfast/app.pid',
    (c: typeof contract) => c.paths.pid_file,
    '/run/holdfast/app.pid',
  ],
])('RC7 %s=%s replaces its field', (name, value, read, expected) => {
  const answer = applyEnvironment(contract, { [name]: value })
  expect(answer.faults).toEqual([])
  expect(read(answer.contract)).toBe(expected)
  expect(Object.values(answer.replaced)).toEqual([name])
})

test.each([
  ['WATCHDOG_RUNTIME_DIR', 'run/holdfast'],
  ['WATCHDOG_PID_FILE', ''],
  ['WATCHDOG_PID_FILE', '/tmp/gunicorn.pid'],
  ['WATCHDOG_PID_FILE', '/run/holdfast/../elsewhere.pid'],
  ['WATCHDOG_RESTART_FLAG', '/run/holdfastx/restart.flag'],
  ['WATCHDOG_CHECK_INTERVAL', 'soon'],
  ['WATCHDOG_CHECK_INTERVAL', '0'],
  ['WATCHDOG_RESTART_HISTORY_MAX', '1e9'],
  ['CONDA_ENV_NAME', 'a b'],
  ['GUNICORN_BIND', 'localhost'],
])('RC7 %s=%j is a fault with the variable, and the contract keeps its own value', (name, value) => {
  const { faults } = applyEnvironment(contract, { [name]: value })
  expect(faults.map((fault) => fault.name)).toEqual([name])
})

test('RC7 two names for the runtime directory must agree', () => {
  const env = { HOLDFAST_RUNTIME_DIR: '/run/a', WATCHDOG_RUNTIME_DIR: '/run/b' }
  expect(applyEnvironment(contract, env).faults).toMatchObject([{ name: 'WATCHDOG_RUNTIME_DIR' }])
  expect(applyEnvironment(contract, { ...env, WATCHDOG_RUNTIME_DIR: '/run/a/' }).faults).toEqual([])
})

test('RC7 an environment made for another contract version is drift', () => {
  expect(versionDrift(contract, {})).toBeNull()
  expect(versionDrift(contract, { RUNTIME_CONTRACT_VERSION: contract.version })).toBeNull()
  expect(versionDrift(contract, { RUNTIME_CONTRACT_VERSION: '2020.01.1' })).toMatchObject({
    name: 'RUNTIME_CONTRACT_VERSION',
  })
})

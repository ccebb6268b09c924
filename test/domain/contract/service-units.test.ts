import { describe, expect, test } from 'vitest'
import { contractVariables, renderEnvironment } from '#domain/contract/environment-file.ts'
import { applyEnvironment } from '#domain/contract/environment.ts'
import { RENDERED_FILES } from '#domain/contract/rendered-files.ts'
import { agentService, targetService, watchdogService } from '#domain/contract/service-units.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import shipped from '../../../deploy/runtime-contract.json' with { type: 'json' }

const contract = shipped as RuntimeContract
const UNITS = [
  ['target', targetService],
  ['watchdog', watchdogService],
  ['agent', agentService],
] as const

describe.each(UNITS)('the unit of the %s', (role, render) => {
  const lines = render(contract).split('\n')

  test('RC2 executes binaries of the conda prefix directly', () => {
    const commands = lines.filter((line) => /^Exec(Start|StartPre)=/.test(line))
    expect(commands).toHaveLength(2)
    for (const command of commands) expect(command).toMatch(/^\w+=\/opt\/conda\/envs\/holdfast-target\/bin\//)
    expect(render(contract)).not.toMatch(/conda run|\bsh -c|activate/)
  })

  test('RC5 is checked before it starts, for itself', () => {
    expect(lines).toContainEqual(
      expect.stringMatching(
        new RegExp(`^ExecStartPre=.* contract check --strict --unit ${contract.units[role]}$`),
      ),
    )
  })

  test('SD2 may write state and runtime alone, and can see /proc', () => {
    expect(lines).toContain('ProtectSystem=strict')
    expect(lines).toContain('ProtectHome=true')
    expect(lines.filter((line) => line.startsWith('ReadWritePaths='))).toEqual([
      'ReadWritePaths=/var/lib/holdfast /run/holdfast',
    ])
    expect(lines.filter((line) => /^(PrivateUsers|ProtectProc|ProcSubset)=/.test(line))).toEqual([])
  })
})

test('SD3 the target and the watchdog tell systemd when they are ready, and the watchdog is watched', () => {
  expect(targetService(contract)).toContain('\nType=notify\n')
  expect(watchdogService(contract)).toContain('\nType=notify\n')
  expect(watchdogService(contract)).toMatch(/^WatchdogSec=/m)
})

test('SD2 directories elsewhere than under /run and /var/lib are left to tmpfiles', () => {
  const paths = { ...contract.paths, runtime_dir: '/srv/run', state_dir: '/srv/state' }
  const unit = watchdogService({ ...contract, paths })
  expect(unit).not.toMatch(/^(Runtime|State)Directory/m)
  expect(unit).toContain('ReadWritePaths=/srv/state /srv/run')
})

test('RC7 the rendered environment says exactly what the contract says', () => {
  const pairs = renderEnvironment(contract)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('=') as [string, string])
  const { contract: applied, faults } = applyEnvironment(contract, Object.fromEntries(pairs))
  expect(faults).toEqual([])
  expect(applied).toEqual(contract)
  for (const { name, value } of contractVariables(contract)) expect(pairs).toContainEqual([name, value])
})

test('RC1 a change of the contract reaches each file that names what was changed', () => {
  const moved = {
    ...contract,
    user: 'other-user',
    paths: { ...contract.paths, pid_file: '/run/holdfast/moved.pid' },
  }
  const naming = (text: string) => RENDERED_FILES.filter((one) => one.text(moved).includes(text)).length
  expect(naming('other-user')).toBe(6)
  expect(naming('/run/holdfast/moved.pid')).toBe(2)
  expect(naming('gunicorn.pid')).toBe(0)
})

describe('SD1 the layout of a checkout', () => {
  const checkout: RuntimeContract = { ...contract, code_dir: '/srv/holdfast', conda: null }

  test('every path of the code is the checkout’s, and no contract is looked for in a release', () => {
    for (const { file, text } of RENDERED_FILES) expect(text(checkout), file).not.toContain('/opt/holdfast')
    expect(agentService(checkout)).toMatch(
      /^ExecStart=\S+ \/srv\/holdfast\/build\/agent\/holdfast.js serve$/m,
    )
    expect(agentService(checkout)).toMatch(/^ReadOnlyPaths=\/srv\/holdfast$/m)
    expect(agentService(checkout)).toMatch(/^ProtectHome=true$/m)
  })

  test('in a home, it and its interpreter alone can be seen of all homes', () => {
    const binaries = { ...contract.binaries, node: '/home/dev/miniconda3/envs/web/bin/node' }
    const unit = watchdogService({ ...checkout, code_dir: '/home/dev/holdfast', binaries })
    expect(unit).toMatch(/^ProtectHome=tmpfs$/m)
    expect(unit).toMatch(/^BindReadOnlyPaths=\/home\/dev\/holdfast \/home\/dev\/miniconda3\/envs\/web$/m)
  })
})

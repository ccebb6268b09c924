/** OB4, RC3: one check for all who ask, its age told; and the child that makes it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ContractView } from '#agent/serve/contract-view.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { contractCheckChild } from '#agent/system/contract-check-child.ts'
import { drifted, type CheckItem } from '#domain/contract/check-item.ts'
import type { CheckDocument } from '#domain/schemas/contract-api.ts'
import { ManualClock } from '../manual-clock.ts'

const DRIFT = drifted(
  { scope: 'holdfast-target.service', what: 'ExecStart=', source: '/etc/x:2', against: 'a contract' },
  { expected: 'a', found: '/bin/app --password hunter22 \u001b[31m', mend: 'c' },
)

let clock: ManualClock
let checks: number
let items: CheckItem[]
let answer: PromiseWithResolvers<void> | null
let view: ContractView

function open(env: Record<string, string> = {}): ContractView {
  const check = async (): Promise<CheckDocument> => {
    checks += 1
    const found = [...items]
    await answer?.promise
    return { contract_version: '2026.11.1', items: found }
  }
  return new ContractView({ settings: loadSettings(env), check, clock })
}

beforeEach(() => {
  clock = new ManualClock()
  checks = 0
  items = [DRIFT]
  answer = null
  view = open()
})

test('OB5 however many ask, there is one check, and its age is told until it is made anew', async () => {
  answer = Promise.withResolvers()
  const asked = [1, 2, 3].map(() => view.read())
  answer.resolve()
  expect((await Promise.all(asked)).map(({ age_ms: age }) => age)).toEqual([0, 0, 0])
  clock.pass(29_000)
  expect(await view.read()).toMatchObject({ age_ms: 29_000, checked_at: '2026-02-08T03:14:15.000Z' })
  expect(checks).toBe(1)
  clock.pass(1000)
  expect((await view.read()).age_ms).toBe(0)
  expect(checks).toBe(2)
})

test('OB6 the figures count what the last check found, wait for none, and begin one every five minutes', async () => {
  expect(view.findings()).toBeNull()
  await expect.poll(() => view.findings()).toBe(1)
  items = []
  clock.pass(4 * 60_000)
  expect([view.findings(), checks]).toEqual([1, 1])
  clock.pass(60_000)
  expect(view.findings()).toBe(1)
  await expect.poll(() => view.findings()).toBe(0)
  expect(checks).toBe(2)
})

test('OB6 where no check comes to an end, the figure is not known, and not an old one', async () => {
  await view.read()
  answer = Promise.withResolvers()
  clock.pass(10 * 60_000)
  expect(view.findings()).toBeNull()
  answer.reject(new Error('no answer'))
  await expect.poll(() => view.findings()).toBeNull()
})

test('RC3 who has mended something and asks anew is not told of a check that began before', async () => {
  answer = Promise.withResolvers()
  const before = view.read()
  items = []
  const anew = view.read(true)
  answer.resolve()
  expect((await before).items).toHaveLength(1)
  clock.pass(10)
  expect((await anew).items).toEqual([])
})

test('OB5 asking anew again and again makes no storm', async () => {
  for (let asked = 0; asked < 50; asked += 1) await view.read(true)
  expect(checks).toBe(1)
  clock.pass(2_000)
  await view.read(true)
  expect(checks).toBe(2)
})

test('AU5 what a unit says is told without secrets and control characters', async () => {
  const { items: told } = await view.read()
  expect(told[0]?.found).toMatch(/^\/bin\/app --password \*{3} +\[31m$/)
})

test('RC3 a check that failed is told to who asked, and is made again', async () => {
  answer = Promise.withResolvers()
  const asked = view.read()
  answer.reject(new Error('no'))
  await expect(asked).rejects.toThrow('no')
  answer = null
  expect((await view.read()).items).toHaveLength(1)
})

test('RC5 only a restart of the service is held up by drift, and where that is not enforced it is warned of', async () => {
  expect(await view.driftOf('reload')).toBeNull()
  expect(checks).toBe(0)
  expect(await view.driftOf('service')).toBe('refuses')
  expect(await open({ RUNTIME_CONTRACT_ENFORCE: 'false' }).driftOf('service')).toBe('warns')
  items = []
  clock.pass(3_000)
  expect(await view.driftOf('service')).toBeNull()
})

describe('the child', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'holdfast-check-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  function child(source: string, signal = new AbortController().signal): Promise<CheckDocument> {
    const program = join(directory, 'program.mjs')
    writeFileSync(program, source)
    return contractCheckChild('/etc/a-contract.json', [program])(signal)
  }

  test('RC3 is the command itself, with the contract that this agent has; its findings are an answer', async () => {
    const says = `const { argv, env } = process
      const item = { scope: env.HOLDFAST_CONTRACT_FILE, what: argv.slice(2).join(' '), state: 'drift', source: '',
        against: '', expected: null, found: null, why: null, mend: null }
      console.log(JSON.stringify({ ok: false, contract_version: null, items: [{ ...item, fatal: true }] }))
      process.exitCode = 4`
    const { items: found } = await child(says)
    expect(found).toMatchObject([
      { scope: '/etc/a-contract.json', what: 'contract check --strict --json', state: 'drift' },
    ])
  })

  test.each([
    ['fails', 'console.error("a defect"); process.exitCode = 1', /exit code 1: a defect/],
    ['says something else', 'console.log("{}")', /exit code 0/],
    ['is killed', 'process.kill(process.pid, "SIGKILL")', /ended by SIGKILL/],
    [
      'says too much',
      'const more = () => process.stdout.write("x".repeat(65536), more); more()',
      /ended by SIGKILL/,
    ],
  ])('RC3 that %s is a problem, and never a pass', async (_, source, why) => {
    await expect(child(source)).rejects.toMatchObject({
      code: 'check_failed',
      detail: expect.stringMatching(why) as string,
    })
  })

  test('ends with the agent', async () => {
    const stopped = new AbortController()
    const asked = child('setInterval(() => {}, 1000)', stopped.signal)
    stopped.abort()
    await expect(asked).rejects.toMatchObject({ code: 'check_failed' })
  })
})

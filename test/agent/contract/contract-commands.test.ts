import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contractCheck } from '#agent/cli/commands/contract-check.ts'
import { contractRender } from '#agent/cli/commands/contract-render.ts'
import type { OptionValues } from '#agent/cli/command.ts'
import { RENDERED_FILES } from '#domain/contract/rendered-files.ts'
import { DriftGround } from './drift-ground.ts'

interface Document {
  readonly ok: boolean
  readonly items: readonly { readonly what: string; readonly fatal: boolean }[]
  readonly files: readonly { readonly file: string; readonly state: string }[]
}

let ground: DriftGround
beforeEach(() => {
  ground = new DriftGround()
})
afterEach(() => ground.remove())

async function run(
  command: typeof contractCheck,
  options: OptionValues,
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; document: Document; text: string; notes: string[] }> {
  const notes: string[] = []
  let told: [unknown, string] = [null, '']
  const out = {
    result: (...result: [unknown, string]) => void (told = result),
    write: () => undefined,
    note: (sentence: string) => void notes.push(sentence),
  }
  const code = await command({ options, env, out, configFile: null, json: false })
  return { code, document: told[0] as Document, text: told[1], notes }
}

const check = (options: OptionValues, env?: Readonly<Record<string, string>>) =>
  run(contractCheck, { root: ground.root, ...options }, env)

const WATCHDOG = 'holdfast-watchdog.service'

test('RC5 the check exits 0 on what is as it should be, and 4 on drift, saying how to mend it', async () => {
  expect(await check({ strict: true })).toMatchObject({ code: 0, document: { ok: true } })
  ground.dropIn(WATCHDOG, '[Service]\nUser=root\n')
  const { code, document, text } = await check({})
  expect(code).toBe(4)
  expect(document.items.filter(({ fatal }) => fatal)).toMatchObject([
    { what: 'User=', expected: 'holdfast', found: 'root', state: 'drift' },
  ])
  const file = `/etc/systemd/system/${WATCHDOG}.d/50-test.conf`
  expect(text).toContain(`${file}:2`)
  expect(text).toContain(`sed -i '2,2s/.*//' ${ground.at(file)}`)
})

test('SE8 what a unit says cannot draw on the terminal, nor look like a finding of its own', async () => {
  const bidi = '\u202e'
  ground.dropIn(
    WATCHDOG,
    `[Service]\nUser=\u001b[2Jroot${bidi}\n# \rGroup=a\u0007\n`,
    '\u001b[1A\nDRIFT: x.conf',
  )
  const { code, text } = await check({})
  expect(code).toBe(4)
  expect(text).toContain('found     [2Jroot')
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
  expect(text).not.toMatch(/^DRIFT: x/m)
})

test('RC5 of another unit it is reported and not fatal', async () => {
  ground.dropIn(WATCHDOG, '[Service]\nUser=root\n')
  const { code, text } = await check({ strict: true, unit: 'holdfast-target.service' })
  expect(code).toBe(0)
  expect(text).toContain('DRIFT (reported only): User=')
  expect(await check({ strict: true, unit: WATCHDOG })).toMatchObject({ code: 4 })
})

test('RC5 RUNTIME_CONTRACT_ENFORCE=false makes the findings of a strict check a warning, no other', async () => {
  ground.dropIn(WATCHDOG, '[Service]\nUser=root\n')
  const off = { RUNTIME_CONTRACT_ENFORCE: 'false' }
  const strictly = await check({ strict: true }, off)
  expect(strictly).toMatchObject({ code: 0, document: { ok: false } })
  expect(strictly.notes).toEqual([expect.stringContaining('warning: 1 finding')])
  expect(await check({}, off)).toMatchObject({ code: 4 })
  expect(await check({ strict: true }, { RUNTIME_CONTRACT_ENFORCE: 'perhaps' })).toMatchObject({ code: 4 })
})

test('RC3 a unit that the contract does not know is a question, and no pass', async () => {
  await expect(check({ unit: 'holdfast-watchdgo.service' })).rejects.toThrow(`did you mean "${WATCHDOG}"`)
})

test('RC1 render writes each file once, and --check finds the one that was edited', async () => {
  const HOLDFAST_CONTRACT_FILE = ground.at('/opt/holdfast/current/deploy/runtime-contract.json')
  const out = ground.at('/out')
  const render = (options: OptionValues) =>
    run(contractRender, { out, ...options }, { HOLDFAST_CONTRACT_FILE })
  expect(await render({ check: true })).toMatchObject({ code: 4, document: { ok: false } })
  expect(existsSync(out)).toBe(false)

  expect(await render({})).toMatchObject({ code: 0 })
  for (const { file, text } of RENDERED_FILES) {
    expect(readFileSync(ground.at(file.replace(/^deploy/, '/out')), 'utf8')).toBe(text(ground.contract))
  }
  expect(await render({ check: true })).toMatchObject({ code: 0, document: { ok: true } })

  appendFileSync(ground.at(`/out/systemd/${WATCHDOG}`), 'User=root\n')
  const { code, document, text } = await render({ check: true })
  expect(code).toBe(4)
  expect(document.files.filter(({ state }) => state !== 'same')).toMatchObject([{ state: 'edited' }])
  expect(text).toContain(`contract render --out ${out}`)
})

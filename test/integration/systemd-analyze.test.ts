/** What systemd itself says of the rendered units. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { agentService, targetService, watchdogService } from '#domain/contract/service-units.ts'
import { pruneService } from '#domain/contract/prune-units.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import shipped from '../../deploy/runtime-contract.json' with { type: 'json' }

const ANALYZE = '/usr/bin/systemd-analyze'
/** Of ten; systemd takes it in tenths. */
const EXPOSURE_TENTHS = 20

// `verify` wants the programs to be there, and it is the units that are looked at.
const contract: RuntimeContract = {
  ...(shipped as RuntimeContract),
  binaries: { interpreter: process.execPath, gunicorn: process.execPath, node: process.execPath },
}

const LAYOUTS = [
  ['prod', contract],
  // A checkout in a home is the one that is harder to hide the rest of.
  ['project', { ...contract, conda: null, code_dir: '/home/dev/holdfast' }],
] as const

describe.runIf(existsSync(ANALYZE)).each(LAYOUTS)('systemd-analyze, layout %s', (layout, contract) => {
  let directory: string
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'holdfast-units-'))
    for (const [name, text] of UNITS) writeFileSync(join(directory, name), text)
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  const UNITS = [
    [contract.units.target, targetService(contract)],
    [contract.units.watchdog, watchdogService(contract)],
    [contract.units.agent, agentService(contract)],
    [contract.units.prune, pruneService(contract)],
  ] as const
  const analyze = (...words: string[]) => spawnSync(ANALYZE, words, { encoding: 'utf8', timeout: 30_000 })

  test('SD2 finds nothing to say of any unit', () => {
    const { status, stdout, stderr } = analyze('verify', ...UNITS.map(([name]) => join(directory, name)))
    expect(stdout + stderr).toBe('')
    expect(status).toBe(0)
  })

  test.each(UNITS.map(([name]) => name))('SD2 exposes %s to at most 2.0 of 10', (name) => {
    const threshold = `--threshold=${EXPOSURE_TENTHS}`
    const { status, stdout } = analyze(
      'security',
      '--offline=true',
      '--no-pager',
      threshold,
      join(directory, name),
    )
    expect(status, stdout).toBe(0)
    const [, figure] = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout) ?? []
    expect(Number(figure)).toBeLessThanOrEqual(EXPOSURE_TENTHS / 10)
    process.stdout.write(`exposure of ${name}, layout ${layout}: ${figure}\n`)
  })
})

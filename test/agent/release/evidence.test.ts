/** MG2: evidence on the disk and in the journal, bound to what is really there. */
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sayReleaseWord } from '#agent/operator/record-release.ts'
import { HISTORY_LIMIT, readEvidence, writeEvidence } from '#agent/release/evidence-store.ts'
import { readBuild } from '#agent/release/read-build.ts'
import { runGates } from '#agent/release/run-gates.ts'
import { sightReleaseOnce } from '#agent/release/sight-release.ts'
import { sha256 } from '#agent/store/row-hash.ts'
import { systemClock } from '#agent/system/clock.ts'
import { sealed, type Evidence } from '#domain/release/evidence.ts'
import type { GateReport } from '#domain/release/gate-report.ts'
import { judgeGate } from '#domain/release/judge.ts'
import { gatesViewOf } from '#domain/release/view.ts'
import { evidenceOf } from '../../domain/release/sample-evidence.ts'
import { OperatorGround } from '../operator/place.ts'

const GATE = 'documentation'
const PASSED: GateReport = {
  format: 'holdfast.gate-report/1',
  outcome: 'passed',
  checks: 1,
  figures: [],
  findings: [],
  hashes: [],
}

let ground: OperatorGround
let release: string

const git = (...args: string[]) => {
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@localhost']
  execFileSync('git', ['-C', release, ...who, ...args], { stdio: 'pipe' })
}

beforeEach(() => {
  ground = new OperatorGround()
  release = mkdtempSync(join(tmpdir(), 'holdfast-release-'))
  for (const [file, text] of [
    ['build/agent/holdfast.js', 'run()'],
    ['dist/index.html', '<p>'],
    ['deploy/runtime-contract.json', '{"version":"2026.11.1"}'],
    ['.gitignore', 'build\ndist\n'],
  ] as const) {
    mkdirSync(join(release, file, '..'), { recursive: true })
    writeFileSync(join(release, file), text)
  }
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-q', '-m', 'one')
})
afterEach(() => {
  ground.remove()
  rmSync(release, { recursive: true, force: true })
})

describe('MG2 a build is known by', () => {
  test('its commit, its branch, its contract, and a hash of what is built', async () => {
    const build = await readBuild(release)
    expect(build).toMatchObject({ head: 'branch', tree: 'clean', contract_version: '2026.11.1' })
    expect(build.commit).toMatch(/^[0-9a-f]{40}$/)
    expect(build.build_hash).toMatch(/^[0-9a-f]{64}$/)
    expect(await readBuild(release)).toEqual(build)
  })

  test.each([
    ['another byte of the console', () => appendFileSync(join(release, 'dist/index.html'), ' ')],
    ['another file of the agent', () => writeFileSync(join(release, 'build/agent/more.js'), '')],
    ['another name', () => writeFileSync(join(release, 'dist/index.htm'), '<p>')],
    [
      'another contract',
      () => writeFileSync(join(release, 'deploy/runtime-contract.json'), '{"version":"2026.12.1"}'),
    ],
  ])('the hash of the build, which %s changes', async (_, change) => {
    const before = (await readBuild(release)).build_hash
    change()
    expect((await readBuild(release)).build_hash).not.toBe(before)
  })

  test.each([
    ['uncommitted changes', () => writeFileSync(join(release, 'new.txt'), ''), { tree: 'dirty' }],
    ['a detached head', () => git('checkout', '-q', '--detach'), { head: 'detached' }],
    ['no console built', () => rmSync(join(release, 'dist'), { recursive: true }), { build_hash: null }],
    [
      'no repository',
      () => rmSync(join(release, '.git'), { recursive: true }),
      { commit: null, tree: 'unknown' },
    ],
  ])('%s, where it has that', async (_, change, seen) => {
    change()
    expect(await readBuild(release)).toMatchObject(seen)
  })
})

async function runOne(report: GateReport = PASSED, meanwhile: () => void = () => {}): Promise<Evidence> {
  const [evidence] = await runGates([GATE], {
    runId: 'run',
    clock: systemClock,
    build: () => readBuild(release),
    run: async () => {
      meanwhile()
      return { report, command: 'a gate' }
    },
    keep: async (one) => void (await writeEvidence(ground.stateDir, one)),
    tell: () => {},
  })
  if (evidence === undefined) throw new Error('no evidence')
  return evidence
}

async function record(evidence: Evidence): Promise<void> {
  const desk = await ground.openDesk()
  const { gate, outcome, hash, build } = evidence
  const results = [{ gate, outcome, evidence: hash }]
  const word = {
    type: 'gates_run' as const,
    run_id: 'run',
    commit: build.commit,
    build_hash: build.build_hash,
    results,
  }
  await sayReleaseWord(desk, word, { requestId: hash, actor: { name: 'local:test', ip: null } })
  await desk.close()
}

const place = () => ({ stateDir: ground.stateDir, release, rollbackTargetMs: 30_000 })

async function judged() {
  const { build, evidence, waivers } = await sightReleaseOnce(place())
  const readings = { [GATE]: evidence[GATE].newest }
  const { verdict, reasons } = judgeGate(GATE, { build, readings, waivers, now: systemClock.wallNow() })
  return { verdict, codes: reasons.map(({ code }) => code) }
}

const resealed = ({ hash: before, ...content }: Evidence): Evidence => {
  const after = sealed(content, sha256)
  expect(after.hash).not.toBe(before)
  return after
}

const fileOf = () => {
  const directory = join(ground.stateDir, 'gates', GATE)
  return join(directory, readdirSync(directory).toSorted().at(-1) ?? '')
}

describe('MG2 evidence that was written and recorded', () => {
  beforeEach(async () => record(await runOne()))

  test('counts', async () => {
    expect(await judged()).toEqual({ verdict: 'passed', codes: [] })
  })

  test('does not after a change of the file', async () => {
    const text = readFileSync(fileOf(), 'utf8')
    writeFileSync(fileOf(), text.replace('"checks": 1', '"checks": 2'))
    expect(await judged()).toEqual({ verdict: 'not_passed', codes: ['tampered'] })
  })

  test('does not after a change that takes the hash along: the journal knows another', async () => {
    const written = JSON.parse(readFileSync(fileOf(), 'utf8')) as Evidence
    writeFileSync(fileOf(), JSON.stringify(resealed({ ...written, checks: 2 })))
    expect(await judged()).toEqual({ verdict: 'not_passed', codes: ['not_recorded'] })
  })

  test.each([
    ['half of it', (text: string) => text.slice(0, 100)],
    ['nothing', () => ''],
    ['another form', () => '{}'],
    ['far too much', () => 'x'.repeat(1024 * 1024)],
  ])('is not passed over for an older one where %s is left', async (_, change) => {
    const older = fileOf()
    await record(await runOne())
    writeFileSync(fileOf(), change(readFileSync(older, 'utf8')))
    expect(await judged()).toEqual({ verdict: 'not_passed', codes: ['tampered'] })
  })

  test('does not count for another commit, nor for another build', async () => {
    git('commit', '-q', '--allow-empty', '-m', 'two')
    expect((await judged()).codes).toEqual(['other_commit'])
    appendFileSync(join(release, 'dist/index.html'), ' ')
    expect((await judged()).codes).toEqual(['other_build', 'other_commit'])
  })

  test('counts for the same build where it lies without its repository', async () => {
    rmSync(join(release, '.git'), { recursive: true })
    expect(await judged()).toEqual({ verdict: 'passed', codes: [] })
  })

  test('does not count while the journal that knows it cannot be read', async () => {
    for (const name of readdirSync(ground.stateDir).filter((one) => one.includes('.journal'))) {
      if (!name.endsWith('.marker')) writeFileSync(join(ground.stateDir, name), 'no journal')
    }
    expect((await judged()).codes).toEqual(['not_recorded'])
  })
})

test('MG2 evidence that was never recorded does not count', async () => {
  await runOne()
  expect((await judged()).codes).toEqual(['not_recorded'])
})

test('MG2 a build that changes while a gate runs was not what it looked at', async () => {
  const evidence = await runOne(PASSED, () => appendFileSync(join(release, 'dist/index.html'), ' '))
  expect(evidence).toMatchObject({ outcome: 'not_run', findings: [{ code: 'build_changed' }] })
})

test('MG6 the history is kept, newest first, and bounded', async () => {
  for (let at = 0; at < HISTORY_LIMIT + 3; at += 1) {
    await writeEvidence(ground.stateDir, evidenceOf(GATE, { ended_at: 1000 + at, run_id: `run-${at}` }))
  }
  const { history } = (await readEvidence(ground.stateDir, () => true))[GATE]
  expect(history).toHaveLength(HISTORY_LIMIT)
  expect(history[0]?.run_id).toBe(`run-${HISTORY_LIMIT + 2}`)
})

test('MG3 what is live and cannot be read blocks, and says so', async () => {
  writeFileSync(join(ground.stateDir, 'promotion.json'), '{ "format": ')
  const view = gatesViewOf(await sightReleaseOnce(place()), 0)
  expect(view).toMatchObject({
    ready: false,
    promotion: { problem: expect.stringContaining('promotion.json') },
  })
  expect(view.blocks[0]).toMatchObject({ code: 'promotion_unreadable' })
})

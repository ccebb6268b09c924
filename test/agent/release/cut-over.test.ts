/** MG3: a cutover in a scratch root, with real links, a real switch and a real journal; and the way back from wherever it stopped. */
import { cpSync, mkdirSync, mkdtempSync, readlinkSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSwitchView } from '#agent/operator/kill-switch.ts'
import { sayReleaseWord } from '#agent/operator/record-release.ts'
import { cutOver } from '#agent/release/cut-over.ts'
import { writeEvidence } from '#agent/release/evidence-store.ts'
import { readPromotion } from '#agent/release/promotion-file.ts'
import { readBuild } from '#agent/release/read-build.ts'
import { switchCurrent } from '#agent/release/releases.ts'
import { holdPromoted, rollBackRelease, settleRollback } from '#agent/release/rollback-release.ts'
import { loadSettings, type Settings } from '#agent/settings/settings.ts'
import { operatorJournalPath } from '#agent/store/journal-paths.ts'
import { sha256 } from '#agent/store/row-hash.ts'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'
import { systemClock } from '#agent/system/clock.ts'
import { sealed, type Evidence } from '#domain/release/evidence.ts'
import { GATE_IDS, gateSpec, type GateId } from '#domain/release/gates.ts'
import { OperatorGround } from '../operator/place.ts'

const BY = { name: 'local:test', ip: null }
let ground: OperatorGround
let root: string
let settings: Settings

function writeRelease(name: string): string {
  const directory = join(root, 'opt/holdfast/releases', name)
  for (const [file, text] of [
    ['build/agent/holdfast.js', `run(${name})`],
    ['dist/index.html', '<p>'],
    ['deploy/runtime-contract.json', '{"version":"2026.11.1"}'],
    ['package.json', '{"version":"1.0.0"}'],
  ] as const) {
    mkdirSync(join(directory, file, '..'), { recursive: true })
    writeFileSync(join(directory, file), text)
  }
  return directory
}

const current = () => readlinkSync(join(root, 'opt/holdfast/current'))
const isClassic = () => readSwitchView(settings).engaged
const touchSwitch = () => writeFileSync(join(ground.stateDir, 'navigation.off'), '')
const release = () => join(root, 'checkout')
const cut = (again: string | null = null) =>
  cutOver({ settings, root, release: release(), again, clock: systemClock })
const promotion = () => {
  const reading = readPromotion(ground.stateDir)
  if (reading.kind === 'unreadable') throw new Error(reading.why)
  return reading.promotion
}
const askBack = () => ({
  settings,
  root,
  release: release(),
  reason: 'errors since the cutover',
  clock: systemClock,
  deadline: systemClock.monotonicNow() + 1000,
  say: () => {},
})

async function goBack() {
  const ask = askBack()
  await holdPromoted(ask)
  const steps = await rollBackRelease(ask)
  const success = steps.every(({ outcome }) => outcome === 'done')
  await settleRollback(ask, {
    parts: ['release'],
    success,
    took_ms: 12,
    target_ms: 30_000,
    steps: [...steps],
  })
  return steps.map(({ name, outcome }) => `${name} ${outcome}`)
}

async function cutoverRows() {
  const reader = openJournalReader(operatorJournalPath(ground.stateDir))
  const rows = await reader.read(0, 1000)
  await reader.close()
  return rows.flatMap(({ event }) =>
    event.type === 'cutover' ? [`${event.step} ${event.success ? 'well' : 'not'}`] : [],
  )
}

/** As a run of all gates leaves it. */
async function proveBuild(without: readonly GateId[] = []): Promise<void> {
  const [build, now] = [await readBuild(release()), systemClock.wallNow()]
  const evidence = GATE_IDS.filter((gate) => !without.includes(gate)).map((gate): Evidence =>
    sealed(
      {
        format: 'holdfast.evidence/1',
        gate,
        run_id: 'run',
        build: { ...build, commit: 'c'.repeat(40), head: 'branch', tree: 'clean' },
        outcome: 'passed',
        started_at: now - 2000,
        ended_at: now - 1000,
        expires_at: now - 1000 + gateSpec(gate).validMs,
        duration_ms: 1000,
        command: 'a gate',
        checks: 1,
        figures: [],
        findings: [],
        hashes: [],
      },
      sha256,
    ),
  )
  for (const one of evidence) await writeEvidence(ground.stateDir, one)
  const desk = await ground.openDesk()
  const results = evidence.map(({ gate, outcome, hash }) => ({ gate, outcome, evidence: hash }))
  const word = {
    type: 'gates_run' as const,
    run_id: 'run',
    commit: null,
    build_hash: build.build_hash,
    results,
  }
  await sayReleaseWord(desk, word, { requestId: 'run', actor: BY })
  await desk.close()
}

beforeEach(() => {
  ground = new OperatorGround()
  root = mkdtempSync(join(tmpdir(), 'holdfast-root-'))
  settings = loadSettings(
    { HOLDFAST_STATE_DIR: ground.stateDir, HOLDFAST_RUNTIME_DIR: ground.runtimeDir },
    null,
  )
  writeRelease('1')
  cpSync(writeRelease('2'), release(), { recursive: true })
  switchCurrent(root, { name: '1' })
  touchSwitch()
})
afterEach(() => {
  ground.remove()
  rmSync(root, { recursive: true, force: true })
})

test('MG3 with every gate passed the release goes live, then the console; each step is recorded', async () => {
  await proveBuild()
  const done = await cut()
  expect(done).toMatchObject({ kind: 'done', reasons: [], notes: [] })
  expect(done.steps.map(({ step, ok }) => [step, ok])).toEqual([
    ['release', true],
    ['navigation', true],
  ])
  expect([current(), isClassic()]).toEqual(['releases/2', false])
  expect(promotion()).toMatchObject({
    pinned: { release: '2', before: { release: '1', classic: true } },
    unfinished: null,
  })
  expect(await cutoverRows()).toEqual(['begun well', 'release well', 'navigation well', 'ended well'])
})

test.each(GATE_IDS)(
  'MG3 without the evidence of %s it is refused, names it alone, and changes nothing',
  async (gate) => {
    await proveBuild([gate])
    const done = await cut()
    expect(done.kind).toBe('refused')
    expect(done.reasons).toMatchObject([
      { code: 'gate_not_run', gate, unblock: `holdfast gates run --only ${gate}` },
    ])
    expect([current(), isClassic()]).toEqual(['releases/1', true])
    expect(promotion().unfinished).toBeNull()
    expect(await cutoverRows()).toEqual(['refused not'])
  },
)

test('MG3 a waived gate lets it pass, and is told with it', async () => {
  await proveBuild(['image-contract'])
  const { commit, build_hash } = await readBuild(release())
  const waiver = {
    gate: 'image-contract',
    name: 'Ana',
    reason: 'see 4711',
    until: systemClock.wallNow() + 60_000,
  }
  const desk = await ground.openDesk()
  await sayReleaseWord(
    desk,
    { type: 'gate_waived', ...waiver, commit, build_hash },
    { requestId: 'w', actor: BY },
  )
  await desk.close()
  expect(await cut()).toMatchObject({
    kind: 'done',
    waived: [{ gate: 'image-contract', name: 'Ana', reason: 'see 4711' }],
  })
})

test('MG3 where no installed release is this build it is refused, with the command that installs it', async () => {
  await proveBuild()
  rmSync(join(root, 'opt/holdfast/releases/2'), { recursive: true })
  expect((await cut()).reasons).toMatchObject([
    { code: 'release_missing', unblock: expect.stringContaining('install-systemd --release') },
  ])
})

test('MG3 one that stopped between its steps goes on, and still knows how it was before', async () => {
  await proveBuild()
  rmSync(join(ground.stateDir, 'navigation.off'))
  // What the command cannot remove: a directory in the place of the file.
  mkdirSync(join(ground.stateDir, 'navigation.off'))
  const stopped = await cut()
  expect(stopped).toMatchObject({ kind: 'failed', reasons: [{ code: 'navigation_failed' }] })
  expect(promotion().unfinished).toMatchObject({
    act: 'cutover',
    done: ['release'],
    before: { release: '1' },
  })
  rmdirSync(join(ground.stateDir, 'navigation.off'))
  expect(await cut()).toMatchObject({ kind: 'done' })
  expect(promotion()).toMatchObject({ pinned: { before: { release: '1', classic: true } }, unfinished: null })
})

test('MG3 one that stopped between its steps is undone by a rollback', async () => {
  await proveBuild()
  rmSync(join(ground.stateDir, 'navigation.off'))
  mkdirSync(join(ground.stateDir, 'navigation.off'))
  await cut()
  expect(await goBack()).toEqual(['link done', 'services done'])
  expect([current(), isClassic()]).toEqual(['releases/1', true])
  expect(promotion()).toMatchObject({ pinned: null, unfinished: null })
})

test('MG3 what was rolled back is not put in place again by itself, only by a person who says so', async () => {
  await proveBuild()
  await cut()
  expect(await goBack()).toEqual(['link done', 'services done'])
  expect(current()).toBe('releases/1')
  // Told twice, it goes back once.
  expect(await goBack()).toEqual(['link failed'])
  expect(current()).toBe('releases/1')

  const refused = await cut()
  expect(refused).toMatchObject({ kind: 'refused', reasons: [{ code: 'rolled_back' }] })
  expect(current()).toBe('releases/1')
  expect(await cut('the cause was elsewhere')).toMatchObject({ kind: 'done' })
  expect([current(), promotion().held]).toEqual(['releases/2', []])
})

test('SH7 the last rollback is kept with its time, its target, and whether it was seen', async () => {
  await proveBuild()
  await cut()
  await goBack()
  expect(promotion().last_rollback).toMatchObject({ took_ms: 12, target_ms: 30_000, verified: true })
})

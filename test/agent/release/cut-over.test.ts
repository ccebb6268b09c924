/** MG3: a cutover in a scratch root, with real links, a real switch and a real journal; and the way back from wherever it stopped. */
import { mkdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { recordRelease } from '#agent/operator/record-release.ts'
import { readBuild } from '#agent/release/read-build.ts'
import { switchCurrent } from '#agent/release/releases.ts'
import { systemClock } from '#agent/system/clock.ts'
import { GATE_IDS } from '#domain/release/gates.ts'
import { CutoverGround, PLANTED } from './cutover-ground.ts'

let ground: CutoverGround

beforeEach(() => {
  ground = new CutoverGround()
})
afterEach(() => ground.remove())

test('MG3 with every gate passed the release goes live, then the console; each step is recorded', async () => {
  await ground.prove()
  const done = await ground.cut()
  expect(done).toMatchObject({ kind: 'done', reasons: [], notes: [] })
  expect(done.steps.map(({ step, ok }) => [step, ok])).toEqual([
    ['release', true],
    ['navigation', true],
  ])
  expect([ground.current, ground.isClassic]).toEqual(['releases/2', false])
  expect(ground.promotion).toMatchObject({
    pinned: { release: '2', before: { release: '1', classic: true } },
    unfinished: null,
  })
  expect(await ground.cutoverRows()).toEqual(['begun well', 'release well', 'navigation well', 'ended well'])
})

test.each(GATE_IDS)(
  'MG3 where %s found something it is refused, names it alone with what it found, and changes nothing',
  async (gate) => {
    await ground.prove({ failed: [gate] })
    const done = await ground.cut()
    expect(done.kind).toBe('refused')
    expect(done.reasons).toMatchObject([
      { code: 'gate_failed', gate, message: expect.stringContaining(PLANTED.message) },
    ])
    expect([ground.current, ground.isClassic]).toEqual(['releases/1', true])
    expect(ground.promotion.unfinished).toBeNull()
    expect(await ground.cutoverRows()).toEqual(['refused not'])
  },
)

test('MG3 without the evidence of a gate it is refused, with the command that makes it', async () => {
  await ground.prove({ without: ['rehearsal'] })
  expect(await ground.cut()).toMatchObject({
    kind: 'refused',
    reasons: [{ code: 'gate_not_run', gate: 'rehearsal', unblock: 'holdfast gates run --only rehearsal' }],
  })
})

test('MG3 a waived gate lets it pass, and is told with it', async () => {
  await ground.prove({ without: ['image-contract'] })
  const { commit, build_hash } = await readBuild(ground.release)
  const waiver = {
    gate: 'image-contract' as const,
    name: 'Ana',
    reason: 'see 4711',
    until: systemClock.wallNow() + 60_000,
  }
  await recordRelease(ground.settings, { type: 'gate_waived', ...waiver, commit, build_hash })
  expect(await ground.cut()).toMatchObject({
    kind: 'done',
    waived: [{ gate: 'image-contract', name: 'Ana', reason: 'see 4711' }],
  })
})

test('MG3 where no installed release is this build it is refused, with the command that installs it', async () => {
  await ground.prove()
  rmSync(join(ground.root, 'opt/holdfast/releases/2'), { recursive: true })
  expect((await ground.cut()).reasons).toMatchObject([
    { code: 'release_missing', unblock: expect.stringContaining('install-systemd --release') },
  ])
})

test('MG3 one that stopped between its steps goes on, and still knows how it was before', async () => {
  await ground.prove()
  rmSync(ground.at('navigation.off'))
  // What the command cannot remove: a directory in the place of the file.
  mkdirSync(ground.at('navigation.off'))
  const stopped = await ground.cut()
  expect(stopped).toMatchObject({ kind: 'failed', reasons: [{ code: 'navigation_failed' }] })
  expect(ground.promotion.unfinished).toMatchObject({
    act: 'cutover',
    done: ['release'],
    before: { release: '1' },
  })
  rmdirSync(ground.at('navigation.off'))
  expect(await ground.cut()).toMatchObject({ kind: 'done' })
  expect(ground.promotion).toMatchObject({
    pinned: { before: { release: '1', classic: true } },
    unfinished: null,
  })
})

test('MG3 one that stopped between its steps is undone by a rollback', async () => {
  await ground.prove()
  rmSync(ground.at('navigation.off'))
  mkdirSync(ground.at('navigation.off'))
  await ground.cut()
  expect(await ground.goBack()).toEqual(['link done', 'services done'])
  expect([ground.current, ground.isClassic]).toEqual(['releases/1', true])
  expect(ground.promotion).toMatchObject({ pinned: null, unfinished: null })
})

test('MG3 what was rolled back is not put in place again by itself, only by a person who says so', async () => {
  await ground.prove()
  await ground.cut()
  expect(await ground.goBack()).toEqual(['link done', 'services done'])
  expect(ground.current).toBe('releases/1')
  // Told twice, it goes back once.
  expect(await ground.goBack()).toEqual(['link failed'])
  expect(ground.current).toBe('releases/1')

  const refused = await ground.cut()
  expect(refused).toMatchObject({ kind: 'refused', reasons: [{ code: 'rolled_back' }] })
  expect(ground.current).toBe('releases/1')
  expect(await ground.cut('the cause was elsewhere')).toMatchObject({ kind: 'done' })
  expect([ground.current, ground.promotion.held]).toEqual(['releases/2', []])
})

test('SH7 the last rollback is kept with its time, its target, and whether it was seen', async () => {
  await ground.prove()
  await ground.cut()
  await ground.goBack()
  expect(ground.promotion.last_rollback).toMatchObject({ took_ms: 12, target_ms: 30_000, verified: true })
})

test('MG3 where the installation has led the link already, a rollback leads to what was before it', async () => {
  await ground.prove()
  switchCurrent(ground.root, { name: '2' })
  expect(await ground.cut()).toMatchObject({ kind: 'done' })
  expect(ground.promotion.pinned).toMatchObject({ release: '2', before: { release: '1' } })
  expect(await ground.goBack()).toEqual(['link done', 'services done'])
  expect(ground.current).toBe('releases/1')
})

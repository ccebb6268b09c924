/** SH3: the files as they really lie there, whatever somebody has made of them, and the record of each change. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { changeNavigation, type NavigationWish } from '#agent/navigation/change-navigation.ts'
import { isEngaged, readSwitch } from '#agent/navigation/switch-files.ts'
import type { Desk } from '#agent/operator/desk.ts'
import { settleNavigation } from '#agent/serve/navigation-desk.ts'
import { systemClock } from '#agent/system/clock.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { OperatorGround } from '../operator/place.ts'

let ground: OperatorGround
let desk: Desk

beforeEach(async () => {
  ground = new OperatorGround()
  desk = await ground.openDesk()
})
afterEach(async () => {
  await desk.close()
  ground.remove()
})

const place = () => ({
  directories: { state: ground.stateDir, runtime: ground.runtimeDir },
  clock: systemClock,
})
const wish = (change: Partial<NavigationWish> = {}): NavigationWish => ({
  requestId: crypto.randomUUID(),
  actor: { name: 'local:ops', ip: null },
  engaged: true,
  route: null,
  reason: 'blank page',
  releaser: 'host',
  ...change,
})
const change = (asked: Partial<NavigationWish> = {}, at: Desk | null = desk) =>
  changeNavigation(at, place(), wish(asked))
const inState = (name: string) => join(ground.stateDir, name)
const inRuntime = (name: string) => join(ground.runtimeDir, name)
const sighted = () => readSwitch(place().directories)

describe('what lies there', () => {
  test.each<[string, (path: string) => void, string | null]>([
    ['an empty file', (path) => writeFileSync(path, ''), null],
    ['a half-written one', (path) => writeFileSync(path, '{"reason":"bl'), 'JSON'],
    ['one that is too long', (path) => writeFileSync(path, ' '.repeat(5000)), 'longer'],
    ['a directory', (path) => mkdirSync(path), 'no regular file'],
    [
      'a link',
      (path) => {
        writeFileSync(join(ground.directory, 'secret'), '{"reason":"secret","by":"x","at":0}')
        symlinkSync(join(ground.directory, 'secret'), path)
      },
      'ELOOP',
    ],
  ])('SH3 %s engages, and is read no further than is safe', (_what, make, diagnostic) => {
    make(inRuntime('navigation.off'))
    const { files } = sighted()
    expect(files).toMatchObject([{ place: 'runtime', kind: 'hard', route: null, reason: null }])
    if (diagnostic === null) expect(files[0]?.diagnostic).toBeNull()
    else expect(files[0]?.diagnostic).toContain(diagnostic)
    expect(isEngaged(place().directories)).toBe(true)
  })

  test('SH3 nothing there engages nothing; a link that leads nowhere is nothing to nginx, and so to us', () => {
    symlinkSync('nowhere', inState('navigation.off'))
    expect(sighted()).toEqual({ files: [], diagnostics: [] })
    expect(isEngaged(place().directories)).toBe(false)
  })

  test('SH3 a route that does not exist is told, and engages nothing', () => {
    mkdirSync(inState('navigation.off.d'))
    writeFileSync(inState('navigation.off.d/audti'), '')
    writeFileSync(inState('navigation.off.d/audit'), '')
    const { files, diagnostics } = sighted()
    expect(files).toMatchObject([{ route: 'audit' }])
    expect(diagnostics).toEqual(['state/navigation.off.d/audti names no route, and engages nothing'])
    expect(isEngaged(place().directories)).toBe(false)
  })
})

describe('a change', () => {
  test('SH3 engages by a whole file with its explanation, leaves nothing beside it, and is recorded', async () => {
    const done = await change()
    expect(done).toMatchObject({
      change: 'engaged',
      recorded: true,
      replayed: false,
      notes: [],
      written: [{ place: 'state', file: 'navigation.off', kind: 'hard' }],
    })
    expect(JSON.parse(readFileSync(inState('navigation.off'), 'utf8'))).toMatchObject({
      reason: 'blank page',
      by: 'local:ops',
    })
    expect(readdirSync(ground.stateDir).filter((name) => name.includes('.new'))).toEqual([])
    expect(await ground.said()).toMatchObject([
      { type: 'navigation_changed', change: 'engaged', route: null, files: ['state/navigation.off'] },
    ])
  })

  test('SH3 the console releases its own and names what the host still holds; the host releases all', async () => {
    await change({ releaser: 'console', route: 'audit' })
    await change({ route: 'audit' })
    const byConsole = await change({ engaged: false, route: 'audit', releaser: 'console' })
    expect(byConsole.removed).toMatchObject([{ file: 'navigation.off.runtime.d/audit' }])
    expect(byConsole.holds).toMatchObject([{ file: 'navigation.off.d/audit', kind: 'hard' }])
    const byHost = await change({ engaged: false, route: 'audit' })
    expect(byHost.holds).toEqual([])
    expect(sighted().files).toEqual([])
  })

  test('WD17 said twice under one key it is done once, even where somebody has changed it since', async () => {
    const asked = { requestId: 'same' }
    await change(asked)
    rmSync(inState('navigation.off'))
    expect(await change(asked)).toMatchObject({ replayed: true, written: [], holds: [] })
    expect(existsSync(inState('navigation.off'))).toBe(false)
    await expect(change({ ...asked, reason: 'another' })).rejects.toThrow('Idempotency-Key')
    expect(await ground.said()).toHaveLength(1)
  })

  test('SH3 where the state directory takes no file the runtime directory does, and that is said', async () => {
    mkdirSync(inState('navigation.off'))
    const done = await change()
    expect(done.written).toMatchObject([{ place: 'runtime', file: 'navigation.off' }])
    expect(done.notes).toEqual([
      expect.stringMatching(/^state\/navigation\.off could not be written \(E\w+\)$/),
    ])
  })

  test('SH3 the other way round: without a runtime directory the state directory is enough', async () => {
    rmSync(ground.runtimeDir, { recursive: true })
    writeFileSync(ground.runtimeDir, 'no directory')
    expect(await change()).toMatchObject({ written: [{ place: 'state' }], holds: [{ place: 'state' }] })
    expect(isEngaged(place().directories)).toBe(true)
  })

  test('SH3 where neither takes one it is a problem that says both, and how to do it by hand', async () => {
    mkdirSync(inState('navigation.off'))
    mkdirSync(inRuntime('navigation.off'))
    const failed = await change().catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(HoldfastProblem)
    expect((failed as HoldfastProblem).code).toBe('switch_unwritable')
    expect((failed as HoldfastProblem).detail).toMatch(/^state\/.*; runtime\//)
  })

  test('SH3 nothing is written or removed through a directory that is a link', async () => {
    const elsewhere = join(ground.directory, 'elsewhere')
    mkdirSync(elsewhere)
    for (const directory of [ground.stateDir, ground.runtimeDir]) {
      symlinkSync(elsewhere, join(directory, 'navigation.off.d'))
    }
    await expect(change({ route: 'audit' })).rejects.toThrow('ENOTDIR')
    expect(readdirSync(elsewhere)).toEqual([])
    writeFileSync(join(elsewhere, 'audit'), 'a file of somebody')
    const released = await change({ engaged: false, route: 'audit' })
    expect(released.removed).toEqual([])
    expect(released.holds).toHaveLength(2)
    expect(existsSync(join(elsewhere, 'audit'))).toBe(true)
  })

  test('SH3 engaging does not wait for a journal that fails; a release does', async () => {
    const broken: Desk = {
      ...desk,
      inTurn: (act) => act(),
      recall: async () => null,
      record: () => Promise.reject(new HoldfastProblem('state_unwritable', 'the disk is full')),
    }
    const done = await change({}, broken)
    expect(done).toMatchObject({ recorded: false, event_id: null, holds: [{ file: 'navigation.off' }] })
    expect(done.notes).toEqual([expect.stringContaining('the disk is full')])
    await expect(change({ engaged: false }, broken)).rejects.toThrow('the disk is full')
    await expect(change({ engaged: false }, null)).rejects.toThrow('recorded')
    expect(isEngaged(place().directories)).toBe(true)
  })

  test('a change without a reason is refused, and changes nothing', async () => {
    await expect(async () => change({ reason: '' })).rejects.toThrow('reason')
    expect(sighted().files).toEqual([])
  })
})

test('SH3 HOLDFAST_NAVIGATION=classic engages at start, once; console leaves everything as it is', async () => {
  const settle = (to: 'classic' | 'console') => settleNavigation(to, { ...place(), desk }, () => {})
  await settle('console')
  expect(sighted().files).toEqual([])
  await settle('classic')
  await settle('classic')
  await settle('console')
  expect(sighted().files).toMatchObject([{ kind: 'hard', route: null, by: 'agent' }])
  expect(await ground.said()).toHaveLength(1)
})

import { readdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tryOpenDesk, type Desk } from '#agent/operator/desk.ts'
import { sayWord } from '#agent/operator/words.ts'
import { operatorJournalPath, watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { openSpool } from '#agent/store/spool.ts'
import { OperatorGround } from './place.ts'

const actor = { name: 'local:ops', ip: null }
const paused = { type: 'paused', actor, reason: 'deploy', until: 4_102_444_800_000 } as const

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

test('AU2 one desk at a time: a second one is not opened while the first is', async () => {
  expect(await tryOpenDesk(ground)).toBeNull()
  await desk.close()
  desk = await ground.openDesk()
})

test('WD17 a word that is said again under its key is recorded once, also by the next process', async () => {
  const first = await sayWord(desk, { ...paused, request_id: 'k' })
  const again = await sayWord(desk, { ...paused, until: null, request_id: 'k' })
  await desk.close()
  desk = await ground.openDesk()
  const later = await sayWord(desk, { ...paused, request_id: 'k' })
  expect([again, later]).toEqual([
    { ...first, replayed: true },
    { ...first, replayed: true },
  ])
  expect(await ground.said()).toHaveLength(1)
})

test('WD9 what waited because the disk was full comes before the next word, or by itself, and once', async () => {
  const spool = openSpool({ stateDir: ground.stateDir, runtimeDir: ground.runtimeDir, name: 'agent' })
  const time = { wall: 1, monotonic: 1, boot: 'a boot' }
  spool.append({ ...paused, reason: 'waited', request_id: 'w' }, time)
  await sayWord(desk, { ...paused, reason: 'next', request_id: 'n' })
  expect(spool.rows()).toEqual([])
  spool.append({ ...paused, reason: 'waited too', request_id: 'x' }, time)
  await desk.takeOverWaiting()
  await desk.takeOverWaiting()
  const reasons = (await ground.said()).map((event) => 'reason' in event && event.reason)
  expect(reasons).toEqual(['waited', 'next', 'waited too'])
})

test('WD17 fifty at once under one key are one, under fifty keys fifty', async () => {
  await Promise.all(Array.from({ length: 50 }, () => sayWord(desk, { ...paused, request_id: 'k' })))
  expect(await ground.said()).toHaveLength(1)
  await Promise.all(Array.from({ length: 50 }, (_, n) => sayWord(desk, { ...paused, request_id: `n${n}` })))
  expect(await ground.said()).toHaveLength(51)
})

test('WD17 a key that stands for a pause is not taken for a release', async () => {
  await sayWord(desk, { ...paused, request_id: 'k' })
  const release = { type: 'guard_released', actor, reason: 'x', request_id: 'k' } as const
  await expect(sayWord(desk, release)).rejects.toMatchObject({ code: 'bad_request' })
})

test('SE7 a word without a reason is refused, except a resume', async () => {
  const unsaid = sayWord(desk, { ...paused, reason: '', request_id: 'k' })
  await expect(unsaid).rejects.toThrow('reason: expected')
  await sayWord(desk, { type: 'resumed', actor, reason: '', request_id: 'r' })
})

test.each([
  ['the watchdog’s', watchdogJournalPath],
  ['the operators’ own', operatorJournalPath],
])(
  'WD11 a release over %s journal that cannot be read starts a new one, keeps the old aside, and is recorded',
  async (_, pathOf) => {
    const path = pathOf(ground.stateDir)
    writeFileSync(path, 'no database at all')
    writeFileSync(`${path}.marker`, 'x')
    const release = { type: 'guard_released', actor, reason: 'disk replaced', request_id: 'k' } as const
    expect(await sayWord(desk, release)).toMatchObject({ recorded: true, new_history: true })
    expect(await ground.said()).toMatchObject([{ type: 'guard_released', reason: 'disk replaced' }])
    expect(readdirSync(ground.stateDir).some((name) => name.includes('.unreadable-'))).toBe(true)
  },
)

test('WD11 a pause over an operators’ journal that cannot be read fails and says so; the desk recovers by a release', async () => {
  writeFileSync(operatorJournalPath(ground.stateDir), 'no database at all')
  writeFileSync(`${operatorJournalPath(ground.stateDir)}.marker`, 'x')
  await expect(sayWord(desk, { ...paused, request_id: 'p' })).rejects.toMatchObject({
    code: 'state_unreadable',
  })
  await sayWord(desk, { type: 'guard_released', actor, reason: 'x', request_id: 'g' })
  await sayWord(desk, { ...paused, request_id: 'p' })
  expect((await ground.said()).map(({ type }) => type)).toEqual(['guard_released', 'paused'])
})

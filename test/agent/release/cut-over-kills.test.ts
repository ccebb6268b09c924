/** MG3: a cutover that is killed anywhere goes on when it is asked for again, or is undone by a rollback; nothing is left of it. */
import { lutimesSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeSwitch } from '#agent/operator/kill-switch.ts'
import { ROOT, run } from '../../support/holdfast.ts'
import { CutoverGround } from './cutover-ground.ts'

const PROGRAM = join(ROOT, 'test/agent/release/cut-and-die.ts')
const AS_BEFORE = { release: '1', classic: true }

let proved: CutoverGround
beforeAll(async () => {
  proved = new CutoverGround()
  await proved.prove()
})
afterAll(() => proved.remove())

async function cutAndDie({ root, release, env }: CutoverGround, dieBefore: number) {
  const child = run([PROGRAM, root, release, String(dieBefore)], env)
  await child.ended
  return { signal: child.process.signalCode, said: child.stdout(), wrong: child.stderr() }
}

/** What a write leaves that did not come to its end. */
function leftOvers({ root, operators }: CutoverGround): string[] {
  const places = [join(root, 'opt/holdfast'), operators.stateDir]
  const files = places.flatMap((place) => readdirSync(place).map((name) => join(place, name)))
  return files.filter((path) => path.endsWith('.new'))
}

/** Nobody is still at it. */
function passTime(ground: CutoverGround): void {
  for (const path of leftOvers(ground)) lutimesSync(path, 1, 1)
}

function standOf({ promotion, current, isClassic }: CutoverGround): string {
  const { unfinished } = promotion
  const begun = unfinished === null ? 'not begun' : `${unfinished.done.join(' and ') || 'none'} done`
  return [begun, current, isClassic ? 'classic' : 'console'].join(', ')
}

async function seesItThrough(killed: CutoverGround): Promise<void> {
  expect(await killed.cut()).toMatchObject({ kind: 'done', reasons: [], notes: [] })
  expect([killed.current, killed.isClassic]).toEqual(['releases/2', false])
  expect(killed.promotion).toMatchObject({ pinned: { release: '2', before: AS_BEFORE }, unfinished: null })
  expect((await killed.cutoverRows()).at(-1)).toBe('ended well')
  expect(leftOvers(killed)).toEqual([])
}

/** Both halves, as the command takes them. */
async function undoesIt(killed: CutoverGround): Promise<void> {
  const hadBegun = killed.promotion.unfinished !== null || killed.promotion.pinned !== null
  await changeSwitch(killed.settings, { engaged: true, route: null, reason: 'back' })
  const steps = await killed.goBack()
  // Nothing to go back from is said, and is no harm.
  expect(steps).toEqual(hadBegun ? ['link done', 'services done'] : ['link failed'])
  expect([killed.current, killed.isClassic]).toEqual(['releases/1', true])
  expect(killed.promotion).toMatchObject({ pinned: null, unfinished: null })
  expect(leftOvers(killed)).toEqual([])
}

test('MG3 killed before each change that it makes, it can be seen through, and undone', async () => {
  const whole = proved.copy()
  const { said, wrong } = await cutAndDie(whole, 0)
  whole.remove()
  const { kind, changes } = JSON.parse(said || wrong) as { kind: string; changes: number }
  expect(kind).toBe('done')
  // Its own record before and after each step, the line and the link of the release, the switch's file, at the least.
  expect(changes).toBeGreaterThanOrEqual(8)

  const stoodAt = new Set<string>()
  for (let at = 1; at <= changes; at += 1) {
    const killed = proved.copy()
    expect(await cutAndDie(killed, at), `killed before change ${at}`).toMatchObject({ signal: 'SIGKILL' })
    stoodAt.add(standOf(killed))
    passTime(killed)
    const other = killed.copy()
    passTime(other)
    await seesItThrough(killed)
    await undoesIt(other)
    killed.remove()
    other.remove()
  }
  expect([...stoodAt]).toEqual([
    'not begun, releases/1, classic',
    'none done, releases/1, classic',
    'none done, releases/2, classic',
    'release done, releases/2, classic',
    'release done, releases/2, console',
    'release and navigation done, releases/2, console',
  ])
}, 120_000)

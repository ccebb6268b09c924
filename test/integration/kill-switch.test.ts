/** SH3: the kill switch by command and by hand, beside an agent that lives, hangs, or is not there. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SwitchChanged } from '#agent/operator/kill-switch.ts'
import { operatorJournalPath } from '#agent/store/journal-paths.ts'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'
import type { JournalEvent } from '#domain/journal/events.ts'
import type { NavigationView } from '#domain/schemas/navigation-api.ts'
import { AGENT_PROGRAM, holdfast, run, scratch, type Run, type Scratch } from '../support/holdfast.ts'
import { signIn, withAdmin } from '../support/signed-in.ts'
import { until } from '../support/until.ts'

const ME = `local:${userInfo().username}`
const LIMIT_MS = 60_000

let place: Scratch
let agent: Run | null

beforeEach(() => {
  place = scratch()
  agent = null
})
afterEach(async () => {
  agent?.process.kill('SIGCONT')
  agent?.process.kill('SIGTERM')
  await agent?.ended
  place.remove()
})

/** Returns its address. */
async function serve(env: Record<string, string> = {}): Promise<string> {
  const started = run([AGENT_PROGRAM, 'serve'], { ...withAdmin(place), HOLDFAST_STATSD_PORT: '0', ...env })
  agent = started
  return until(`the agent listens; ${started.stderr()}`, () => {
    return /"url":"(http:[^"]+)"|listening[^"]*?(http:\/\/[^\s"]+)/
      .exec(started.stderr())
      ?.slice(1)
      .find(Boolean)
  })
}

async function command(...args: string[]) {
  const { code, stdout, stderr } = await holdfast(['killswitch', ...args], place.env)
  return { code, stdout, stderr }
}

async function change(
  verb: 'engage' | 'release',
  ...args: string[]
): Promise<SwitchChanged & { code: number | null }> {
  const { code, stdout, stderr } = await command(verb, '--reason', `to ${verb}`, '--json', ...args)
  if (stdout === '') throw new Error(stderr)
  return { code, ...(JSON.parse(stdout) as SwitchChanged) }
}

async function status(): Promise<NavigationView> {
  return JSON.parse((await command('status', '--json')).stdout) as NavigationView
}

async function said(): Promise<JournalEvent[]> {
  const rows = await openJournalReader(operatorJournalPath(place.stateDir)).read(0, 1000)
  return rows.map(({ event }) => event).filter(({ type }) => type === 'navigation_changed')
}

const isClassic = async (url: string) =>
  (await (await fetch(url, { headers: { accept: 'text/html' } })).text()).includes('classic page')
const hard = () => join(place.stateDir, 'navigation.off')

test(
  'SH3 without an agent the command works on the files alone, is recorded, and an agent that starts later obeys',
  { timeout: LIMIT_MS },
  async () => {
    expect(await change('engage')).toMatchObject({ code: 0, via: 'files', recorded: true, by: ME, notes: [] })
    expect(await change('engage', '--route', '/audit')).toMatchObject({ code: 0, route: 'audit' })
    expect(await status()).toMatchObject({ engaged: true, proof: null, rollback: null })
    expect(await isClassic(await serve())).toBe(true)
    expect(await said()).toMatchObject([
      { change: 'engaged', route: null, actor: { name: ME }, reason: 'to engage' },
      { change: 'engaged', route: 'audit' },
    ])
  },
)

test(
  'SH3 with an agent it goes through its socket; the next load is classic, and back again at the release',
  { timeout: LIMIT_MS },
  async () => {
    const url = await serve()
    expect(await isClassic(url)).toBe(false)
    expect(await change('engage')).toMatchObject({ code: 0, via: 'agent', recorded: true, by: ME })
    expect(await isClassic(url)).toBe(true)
    expect(await isClassic(new URL('audit', url).href)).toBe(true)
    expect(JSON.parse(readFileSync(hard(), 'utf8'))).toMatchObject({ by: ME, reason: 'to engage' })
    expect(await change('release')).toMatchObject({ code: 0, via: 'agent', holds: [] })
    expect(await isClassic(url)).toBe(false)
    expect(await said()).toMatchObject([{ change: 'engaged' }, { change: 'released' }])
  },
)

test('SH3 whoever listens is told of a file that came by hand', { timeout: LIMIT_MS }, async () => {
  const url = await serve()
  const read = await signIn(url)
  const stream = await read('admin/api/stream')
  const reader = (stream.body as ReadableStream<Uint8Array>).getReader()
  let heard = ''
  const hear = async (words: string) => {
    while (!heard.includes(words)) heard += Buffer.from((await reader.read()).value ?? []).toString()
  }
  await hear('event: navigation')
  await hear('event: policy')
  heard = ''
  writeFileSync(hard(), '')
  const before = performance.now()
  await hear('event: navigation')
  await hear('"engaged":true')
  // One look of the agent is 250 ms; the rest is a busy host.
  expect(performance.now() - before).toBeLessThan(2000)
  await reader.cancel()
})

test(
  'SH3 an agent that hangs is passed over when engaging; nothing is released past it',
  { timeout: LIMIT_MS },
  async () => {
    await serve()
    agent?.process.kill('SIGSTOP')
    const done = await change('engage')
    expect(done).toMatchObject({
      code: 0,
      via: 'files',
      recorded: false,
      holds: [{ file: 'navigation.off' }],
    })
    expect(done.notes.join(' ')).toContain('not recorded')
    expect((await command('release', '--reason', 'x')).code).toBe(5)
    expect((await status()).engaged).toBe(true)
  },
)

test(
  'SH3 a state directory that takes no journal and no file: the runtime directory does',
  { timeout: LIMIT_MS },
  async () => {
    rmSync(place.stateDir, { recursive: true, force: true })
    writeFileSync(place.stateDir, 'no directory')
    const done = await change('engage')
    expect(done).toMatchObject({ code: 0, recorded: false, written: [{ place: 'runtime', kind: 'hard' }] })
    expect(done.notes.join(' ')).toContain('state/navigation.off could not be written')
    expect((await status()).by).toMatchObject([{ place: 'runtime', by: ME }])
  },
)

test(
  'SH3 a corrupt file engages, loudly; what a release cannot remove is named, with exit code 1',
  { timeout: LIMIT_MS },
  async () => {
    mkdirSync(place.runtimeDir, { recursive: true })
    writeFileSync(join(place.runtimeDir, 'navigation.off'), '{"rea')
    expect(await status()).toMatchObject({
      engaged: true,
      by: [{ diagnostic: expect.stringContaining('JSON') }],
    })
    mkdirSync(hard(), { recursive: true })
    const done = await change('release')
    expect(done).toMatchObject({
      code: 1,
      removed: [{ place: 'runtime' }],
      holds: [{ place: 'state', file: 'navigation.off' }],
    })
    expect((await command('status')).stdout).toContain('no regular file')
  },
)

test(
  'BI1 an unknown route and a missing reason are wrong usage, and engage nothing',
  { timeout: LIMIT_MS },
  async () => {
    const unknown = await command('engage', '--route', '/nowhere', '--reason', 'x')
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringMatching(/expected one of \/, .*\/watchdog/),
    ])
    expect((await command('engage')).code).toBe(2)
    expect((await status()).engaged).toBe(false)
  },
)

test(
  'SH3 HOLDFAST_NAVIGATION=classic engages at start, and holds until somebody releases it',
  { timeout: LIMIT_MS },
  async () => {
    const url = await serve({ HOLDFAST_NAVIGATION: 'classic' })
    expect(await isClassic(url)).toBe(true)
    expect((await status()).by).toMatchObject([
      { kind: 'hard', by: 'agent', reason: 'HOLDFAST_NAVIGATION=classic' },
    ])
    expect(await change('release')).toMatchObject({ code: 0 })
    expect(await isClassic(url)).toBe(false)
  },
)

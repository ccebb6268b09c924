/** Installing, upgrading and going back in a scratch root, by the program that ships. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { readBuild } from '#agent/release/read-build.ts'
import { rollBackRelease } from '#agent/release/rollback-release.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { systemClock } from '#agent/system/clock.ts'
import { NOTHING_PROMOTED } from '#domain/release/promotion.ts'
import { AGENT_PROGRAM, ROOT, scratch } from '../support/holdfast.ts'
import { laterBuild, ScratchHost, withoutOneAsset } from './support/scratch-host.ts'

const AGENT_UNIT = '/etc/systemd/system/holdfast-agent.service'
const ENV_FILE = '/etc/holdfast/holdfast.env'
const LATER = '2027.01.1'

interface Document {
  readonly ok: boolean
  readonly release: { readonly name: string; readonly way: string }
  readonly environment: string
  readonly files: readonly { readonly path: string; readonly state: string; readonly diff: string[] }[]
  readonly reasons: readonly { readonly code: string; readonly message: string }[]
}

function host(): ScratchHost {
  const one = new ScratchHost()
  onTestFinished(() => one.remove())
  return one
}

function installed(
  one: ScratchHost,
  ...words: readonly string[]
): { code: number | null; document: Document } {
  const { code, stdout, stderr } = one.holdfast('install-systemd', '--json', ...words)
  if (stdout === '') throw new Error(stderr)
  return { code, document: JSON.parse(stdout) as Document }
}

test('SD1 without the contract’s prefix, prod refuses and writes nothing', () => {
  const one = host()
  const before = one.written()
  const { code, document } = installed(one)
  expect(code).toBe(4)
  expect(document.reasons.map(({ message }) => message).join()).toContain('no conda-meta/history')
  expect(one.written()).toEqual(before)
})

test('SD1 a checkout runs in the first environment in order that has what it takes, and the check finds no drift', () => {
  const one = host()
  for (const name of ['python3', 'gunicorn']) one.execute(`/usr/bin/${name}`, '')
  one.execute(process.execPath, '')
  const { code, document } = installed(one, '--layout', 'project')
  expect(code).toBe(0)
  expect(document.environment).toMatch(
    /^the system's own, \/usr\/bin \(no python3 and gunicorn in .*it is no conda/,
  )
  expect(one.read(AGENT_UNIT)).toContain(`WorkingDirectory=${ROOT}\n`)
  const check = one.holdfast('contract', 'check', '--strict')
  expect(check.stdout).toContain('no finding that counts here')
  expect(check.code).toBe(0)
})

describe('SD1, SD4 from the first installation to the last', () => {
  let one: ScratchHost
  let build: string
  let first: string
  /** A hashed file that the first release has, and the later one has not. */
  let lost: string
  beforeAll(() => {
    one = new ScratchHost()
    one.addEnvironment()
    build = mkdtempSync(join(tmpdir(), 'holdfast-build-'))
    laterBuild(build, LATER)
    lost = withoutOneAsset(join(build, 'dist'))
  })
  afterAll(() => {
    one.remove()
    rmSync(build, { recursive: true, force: true })
  })
  const current = () => readlinkSync(one.at('/opt/holdfast/current'))

  test('a dry run shows what would be done, and writes nothing', () => {
    const before = one.written()
    const { code, stdout } = one.holdfast('install-systemd', '--dry-run')
    expect(stdout).toContain(`${AGENT_UNIT}: new`)
    expect(code).toBe(0)
    expect(one.written()).toEqual(before)
  })

  test('the release is there, the link leads to it, and the check finds no drift', () => {
    const { code, document } = installed(one)
    expect([code, document.ok]).toEqual([0, true])
    first = document.release.name
    expect(current()).toBe(`releases/${first}`)
    const check = one.holdfast('contract', 'check', '--strict')
    expect(check.stdout).toContain('no finding that counts here')
    expect(check.code).toBe(0)
  })

  test('a second time it writes nothing', () => {
    const before = one.written()
    const { code, document } = installed(one)
    expect(code).toBe(0)
    expect(new Set(document.files.map(({ state }) => state))).toEqual(new Set(['same']))
    expect(one.written()).toEqual(before)
  })

  test('what was edited by hand is shown and not overwritten, and with --force kept aside', () => {
    const edited = one.read(AGENT_UNIT).replace('RestartSec=1s', 'RestartSec=9s')
    one.write(AGENT_UNIT, edited)
    const before = one.written()
    const refused = installed(one)
    expect(refused.code).toBe(4)
    expect(refused.document.reasons).toMatchObject([{ code: 'edited_by_hand' }])
    const shown = refused.document.files.find(({ path }) => path === AGENT_UNIT)?.diff
    expect(shown).toEqual(expect.arrayContaining(['-RestartSec=9s', '+RestartSec=1s']))
    expect(one.written()).toEqual(before)

    expect(installed(one, '--force').code).toBe(0)
    expect(one.read(AGENT_UNIT)).toContain('RestartSec=1s')
    expect(one.read(`${AGENT_UNIT}.set-aside`)).toBe(edited)
  })

  test('an upgrade is one command: the release installs itself, and keeps settings and state', () => {
    appendFileSync(one.at(ENV_FILE), 'WORKER_RESTART_COOLDOWN=90\n')
    one.write('/var/lib/holdfast/watchdog.journal', 'the past')
    const { code, document } = installed(one, '--release', build)
    expect(code).toBe(0)
    expect(document.release).toMatchObject({ from: first, way: 'forward' })
    expect(document.files.find(({ path }) => path === ENV_FILE)).toMatchObject({ state: 'changed' })
    expect(current()).toBe(`releases/${document.release.name}`)
    expect(one.read(AGENT_UNIT)).toContain(LATER)
    expect(one.read(ENV_FILE)).toMatch(new RegExp(`RUNTIME_CONTRACT_VERSION=${LATER}\n[^]*_COOLDOWN=90\n$`))
    expect(one.read('/var/lib/holdfast/watchdog.journal')).toBe('the past')
    expect(one.has(`/opt/holdfast/current/dist/assets/${lost}`), 'SH6 a tab of before finds it').toBe(true)
  })

  test('the way back is one command, and a second one does not lead forward again', () => {
    const { code, document } = installed(one, '--release', first)
    expect([code, document.release.way]).toEqual([0, 'back'])
    expect(current()).toBe(`releases/${first}`)
    expect(one.read(AGENT_UNIT)).not.toContain(LATER)
    expect(one.read(ENV_FILE)).toContain('_COOLDOWN=90')
    expect(one.holdfast('contract', 'check', '--strict').code).toBe(0)
  })

  test('killed at any moment, the same command does the rest, and takes nothing of its own for an edit', async () => {
    for (const afterMs of [40, 90, 130, 170, 210, 260]) {
      const words = ['install-systemd', '--root', one.root, '--release', afterMs % 20 === 0 ? build : first]
      const child = spawn(process.execPath, [AGENT_PROGRAM, ...words], { stdio: 'ignore', detached: true })
      const ended = once(child, 'close')
      await pause(afterMs)
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL')
      } catch {
        // it was through already
      }
      await ended
    }
    expect(installed(one, '--release', build)).toMatchObject({ code: 0, document: { ok: true } })
    expect(one.read(AGENT_UNIT)).toContain(LATER)
    expect(one.holdfast('contract', 'check', '--strict').code).toBe(0)
  }, 60_000)

  test('MG3 a rollback brings back the units of the release that it leads to', async () => {
    const place = scratch()
    onTestFinished(() => place.remove())
    expect(one.read(AGENT_UNIT)).toContain(LATER)
    const steps = await rollBackRelease({
      settings: loadSettings(place.env, null),
      root: one.root,
      release: build,
      reason: 'errors since the cutover',
      clock: systemClock,
      deadline: systemClock.monotonicNow() + 30_000,
      say: () => {},
    })
    expect(steps.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['link', 'done'],
      ['services', 'done'],
    ])
    expect(current()).toBe(`releases/${first}`)
    expect(one.read(AGENT_UNIT)).not.toContain(LATER)
    expect(one.read(ENV_FILE)).toContain('_COOLDOWN=90')
    expect(one.holdfast('contract', 'check', '--strict').code).toBe(0)
  })

  test('MG3 what somebody rolled back is not brought in again by itself', async () => {
    const promotion = '/var/lib/holdfast/promotion.json'
    const { commit, build_hash } = await readBuild(build)
    const held = [{ commit, build_hash, at: 0, by: 'local:ops', reason: 'slow' }]
    one.write(promotion, JSON.stringify({ ...NOTHING_PROMOTED, held }))
    const refused = installed(one, '--release', build)
    expect(refused.code).toBe(4)
    expect(refused.document.reasons).toMatchObject([
      { code: 'rolled_back', message: 'this build was rolled back by local:ops: slow' },
    ])
    expect(installed(one, '--release', build, '--force').code).toBe(0)
    rmSync(one.at(promotion))
  })

  test('to what is no release, or is half of one, it does not go', () => {
    rmSync(join(build, 'dist'), { recursive: true })
    for (const directory of [build, one.at('/var/lib'), '/nowhere']) {
      const { code, stderr } = one.holdfast('install-systemd', '--release', directory)
      expect(code, stderr).toBe(2)
    }
  })

  test('uninstalled, nothing of it is left but the state and what somebody edited', () => {
    const { code, stdout } = one.holdfast('install-systemd', '--uninstall')
    expect(code).toBe(0)
    expect(stdout).toContain(`kept     ${ENV_FILE}`)
    expect(
      [AGENT_UNIT, '/opt/holdfast/current', `/opt/holdfast/releases/${first}`].filter((path) =>
        one.has(path),
      ),
    ).toEqual([])
    expect(one.read('/var/lib/holdfast/watchdog.journal')).toBe('the past')
    expect(readFileSync(one.at(ENV_FILE), 'utf8')).toContain('_COOLDOWN=90')
  })
})

/** `holdfast doctor` on what is well, on nothing at all, and on what is broken in one place each. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AGENT_PROGRAM, run, type Run } from '../support/holdfast.ts'
import { Watched } from './support/watched.ts'
import { waitFor } from './support/wait.ts'

interface Document {
  readonly ok: boolean
  readonly checks: readonly {
    readonly id: string
    readonly state: string
    readonly said: string
    readonly mend: string | null
  }[]
}

let target: Watched
let agent: Run
let env: Record<string, string>

beforeAll(async () => {
  target = new Watched()
  await target.startTarget()
  target.startWatchdog()
  env = {
    HOLDFAST_CONTRACT_FILE: join(target.directory, 'contract.json'),
    HOLDFAST_PORT: '0',
    HOLDFAST_STATSD_PORT: '0',
  }
  agent = run([AGENT_PROGRAM, 'serve'], env)
  const patiently = { withinMs: 50_000 }
  await waitFor('the agent', () => agent.stderr().includes('the agent is listening'), patiently)
  await waitFor('the watchdog', () => target.watchdogLog.includes('the watchdog watches'), patiently)
})
afterAll(async () => {
  agent.process.kill('SIGTERM')
  await agent.ended
  await target.close()
})

async function doctor(
  more: Record<string, string> = {},
): Promise<{ code: number | null; document: Document }> {
  const running = run([AGENT_PROGRAM, 'doctor', '--json'], { ...env, ...more })
  const code = await running.ended
  return { code, document: JSON.parse(running.stdout()) as Document }
}

const statesOf = ({ checks }: Document) => Object.fromEntries(checks.map(({ id, state }) => [id, state]))
const findingsOf = ({ checks }: Document) => checks.filter(({ state }) => state === 'finding')

test('of what is well it finds nothing, and says what it could not check', async () => {
  const { code, document } = await doctor()
  expect(findingsOf(document)).toEqual([])
  expect(code).toBe(0)
  expect(statesOf(document)).toMatchObject({
    configuration: 'ok',
    versions: 'ok',
    contract: 'not_checked',
    state_dir: 'ok',
    runtime_dir: 'ok',
    journals: 'ok',
    history: 'ok',
    kill_switch: 'ok',
    agent: 'ok',
    ports: 'ok',
    watchdog: 'ok',
    target: 'ok',
  })
  for (const { said } of document.checks) expect(said).not.toBe('')
})

test.each([
  ['kill_switch', 'navigation.off', 'killswitch release'],
  ['runtime_dir', null, 'chmod o-w'],
])('it finds what is wrong with the %s, alone, and what mends it', async (id, file, mend) => {
  const place = file === null ? null : join(target.stateDir, file)
  if (place === null) chmodSync(target.runtimeDir, 0o777)
  else writeFileSync(place, '')
  const { code, document } = await doctor()
  if (place === null) chmodSync(target.runtimeDir, 0o770)
  else rmSync(place)
  expect(findingsOf(document)).toMatchObject([{ id, mend: expect.stringContaining(mend) as string }])
  expect(code).toBe(4)
})

test('what mends a directory is a command as it stands, whatever its path holds', async () => {
  const other = mkdtempSync(join(tmpdir(), 'holdfast-doctor-'))
  const runtime = join(other, "run o'clock; touch x")
  mkdirSync(runtime)
  chmodSync(runtime, 0o777)
  const { document } = await doctor({ HOLDFAST_STATE_DIR: other, HOLDFAST_RUNTIME_DIR: runtime })
  const mend = document.checks.find(({ id, state }) => id === 'runtime_dir' && state === 'finding')?.mend
  execFileSync('sh', ['-c', mend ?? 'false'], { cwd: other })
  expect(statSync(runtime).mode & 0o777).toBe(0o775)
  expect(readdirSync(other)).toEqual(["run o'clock; touch x"])
  rmSync(other, { recursive: true })
})

test('a row of the trail that was edited is found, and who holds a port where no agent runs', async () => {
  const other = mkdtempSync(join(tmpdir(), 'holdfast-doctor-'))
  for (const name of ['state', 'run']) mkdirSync(join(other, name))
  writeFileSync(join(other, 'state/watchdog.journal'), 'no database at all'.repeat(100))
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? String(address?.port) : ''
  const moved = { HOLDFAST_STATE_DIR: join(other, 'state'), HOLDFAST_RUNTIME_DIR: join(other, 'run') }
  const before = readFileSync(join(other, 'state/watchdog.journal'))
  const { code, document } = await doctor({ ...moved, HOLDFAST_PORT: port })
  server.close()
  expect(code).toBe(4)
  const found = findingsOf(document).map((one) => `${one.id}: ${one.said}`)
  expect(found.join('\n')).toMatch(/^journals: /m)
  expect(found.join('\n')).toMatch(
    new RegExp(`^ports: .*port ${port} is held by process ${process.pid}`, 'm'),
  )
  expect(found.join('\n')).toMatch(/^agent: it does not answer/m)
  expect(found.join('\n')).toMatch(/^watchdog: it does not run/m)
  expect(readFileSync(join(other, 'state/watchdog.journal'))).toEqual(before)
  rmSync(other, { recursive: true })
})

test('without a configuration that can be read it says so, and claims nothing else', async () => {
  const { code, document } = await doctor({ HOLDFAST_PORT: 'eighty' })
  expect(code).toBe(4)
  expect(document.checks).toMatchObject([{ id: 'configuration', state: 'finding' }])
  expect(document.checks[0]?.said).toContain('HOLDFAST_PORT')
})

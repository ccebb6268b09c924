/** MG3, MG4: the runbook's commands for rehearsal, gates and cutover, for real: a rehearsal twice in one scratch root. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { REHEARSAL_STEPS, type Rehearsal } from '#domain/release/rehearsal.ts'
import { ScratchGround } from '#agent/release/rehearse/scratch-ground.ts'
import { AGENT_PROGRAM, processesOf, ROOT, run, scratch } from '../support/holdfast.ts'
import { until } from '../support/until.ts'

/** Until gunicorn's new workers have handlers of their own: a signal before that tells this test nothing. */
const HANDLERS_MS = 500

const root = mkdtempSync(join(tmpdir(), 'holdfast-rehearsed-'))
const place = scratch()
afterAll(() => {
  rmSync(root, { recursive: true, force: true })
  place.remove()
})

async function command(words: readonly string[]) {
  const running = run([AGENT_PROGRAM, ...words], place.env)
  const code = await running.ended
  return { code, stdout: running.stdout(), stderr: running.stderr() }
}

test.each(['first', 'second'])(
  'MG4 for the %s time in one root: every step comes about, no request is lost that had not to be, nothing is left',
  async () => {
    const { code, stdout, stderr } = await command(['rehearse', '--root', root, '--json'])
    const done = JSON.parse(stdout) as Rehearsal
    expect(done.reasons, stderr).toEqual([])
    expect(code).toBe(0)
    expect(done.walks.map(({ worker_class: kind }) => kind)).toEqual(['sync', 'gthread'])
    for (const { worker_class: kind, steps, bare, ...load } of done.walks) {
      const { requests, requests_failed: failed, requests_failed_allowed: allowed } = load
      expect(steps.map(({ step }) => step)).toEqual(REHEARSAL_STEPS)
      expect(requests).toBeGreaterThan(50)
      expect(failed).toBeLessThanOrEqual(allowed)
      expect(bare.requests).toBeGreaterThan(50)
      process.stdout.write(
        `${kind}: guarded reload ${failed} of ${requests} failed; bare SIGHUP ${bare.requests_failed} of ${bare.requests}\n`,
      )
    }
    expect(done.walks[0]?.bare.requests_failed).toBe(0)
    expect(done.walks[0]).toMatchObject({ requests_failed: 0, requests_failed_allowed: 0 })
    expect(done.rollback.took_ms).toBeLessThanOrEqual(done.rollback.target_ms)
    expect(await processesOf(root)).toEqual([])
    expect(readdirSync(root)).toEqual(['.holdfast-rehearsal'])
  },
  150_000,
)

test('MG4 the workers of a real gunicorn are told to end by their master alone, once', async () => {
  const ground = await ScratchGround.open(join(place.directory, 'told'), process.env)
  onTestFinished(async () => void (await ground.end()))
  ground.startTarget('sync')
  await until('its workers', () => ground.workers.length === ground.allWorkers)
  await pause(HANDLERS_MS)
  expect(await ground.end()).toEqual([])
  const log = ground.logOf('target')
  expect(log).toContain('Handling signal: term')
  // A worker that is told twice ends by the second signal, and a master that hears of two such at once hangs (ADR 0036).
  expect(log).not.toContain('was terminated due to signal')
})

test('MG4 one that is interrupted leaves nothing running', async () => {
  const interrupted = join(place.directory, 'interrupted')
  const running = run([AGENT_PROGRAM, 'rehearse', '--root', interrupted], place.env)
  const watchdogStatus = join(interrupted, 'sync/run/watchdog.json')
  await until(`its watchdog; ${running.stderr()}`, () => existsSync(watchdogStatus))
  running.process.kill('SIGTERM')
  expect(await running.ended).toBeNull()
  await until('nothing of it', async () => (await processesOf(interrupted)).length === 0)
})

test('MG4 a directory that holds something else is not taken for a scratch root', async () => {
  const taken = join(place.directory, 'taken')
  mkdirSync(taken)
  writeFileSync(join(taken, 'keep'), 'mine')
  const { code, stderr } = await command(['rehearse', '--root', taken])
  expect(code).toBe(1)
  expect(stderr).toContain('neither empty nor that of a rehearsal')
  expect(readFileSync(join(taken, 'keep'), 'utf8')).toBe('mine')
})

test('MG3 cutover refuses what was not proved, with exit code 3, and names every gate', async () => {
  const { code, stdout } = await command(['cutover', '--json', '--root', join(place.directory, 'host')])
  const { ok, reasons } = JSON.parse(stdout) as { ok: boolean; reasons: { code: string; gate: string }[] }
  expect([code, ok]).toEqual([3, false])
  expect(new Set(reasons.map(({ gate }) => gate)).size).toBe(10)
  const status = await command(['gates', 'status', '--json'])
  expect(JSON.parse(status.stdout)).toMatchObject({ ready: false, promotion: { pinned: null } })
  expect(status.code).toBe(0)
})

test('MG1 one gate, for real: its evidence is written, recorded, and told', async () => {
  const { code, stdout, stderr } = await command(['gates', 'run', '--only', 'runtime-contract', '--json'])
  const { gates, recorded } = JSON.parse(stdout) as {
    recorded: boolean
    gates: { id: string; evidence: { outcome: string; checks: number } }[]
  }
  expect(recorded, stderr).toBe(true)
  expect(gates).toMatchObject([{ id: 'runtime-contract', evidence: { outcome: 'passed' } }])
  expect(gates[0]?.evidence.checks).toBeGreaterThan(20)
  expect(stderr).toContain('runtime-contract')
  // On a tree with changes, or a detached head, it passes and does not count.
  const isClean = git('status', '--porcelain') === '' && git('symbolic-ref', '--quiet', 'HEAD') !== ''
  expect(code).toBe(isClean ? 0 : 4)
})

function git(...words: string[]): string {
  try {
    return execFileSync('git', ['-C', ROOT, ...words], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}

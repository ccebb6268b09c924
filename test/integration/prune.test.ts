/** Retention beside real processes, which are really killed, and on a disk that is really full (AU3). */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EventTime } from '#domain/journal/events.ts'
import { JOURNALS } from '#domain/audit/trail.ts'
import { verifyJournal } from '#agent/audit/verify-journal.ts'
import { seededRandom } from '#agent/demo/seeded-random.ts'
import { JournalHistory } from '#agent/store/journal-history.ts'
import { journalPath } from '#agent/store/journal-paths.ts'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'
import { decidedBy } from '../domain/audit/two-journals.ts'
import { holdfast, ROOT, run } from '../support/holdfast.ts'
import { HAS_GUNICORN } from './support/gunicorn.ts'
import { fillOld, OLD } from './support/old-journals.ts'
import { waitFor } from './support/wait.ts'
import { Watched } from './support/watched.ts'

const APPENDER = join(import.meta.dirname, 'support/journal-appender.ts')
const FULL_DISK = join(import.meta.dirname, 'support/prune-full-disk.ts')
const OWN_MOUNTS = ['--user', '--map-root-user', '--mount']
const mayMount = spawnSync('unshare', [...OWN_MOUNTS, 'true']).status === 0

let directory: string
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'holdfast-prune-'))))
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const rowsKept = (rows: number) => ({ HOLDFAST_RETENTION_AUDIT_ROWS: String(rows) })
const place = (stateDir: string) => ({
  HOLDFAST_STATE_DIR: stateDir,
  HOLDFAST_RUNTIME_DIR: join(directory, 'run'),
})
const faults = (stateDir: string) => JOURNALS.map((journal) => verifyJournal(stateDir, journal).fault)

/** After everything that any later boot could bring. */
const NOW: EventTime = { wall: OLD + 700 * 86_400_000, monotonic: 5000, boot: 'this boot' }

async function decided(stateDir: string): Promise<unknown> {
  const readers = JOURNALS.map((journal) => openJournalReader(journalPath(stateDir, journal)))
  const history = await new JournalHistory(readers).catchUp()
  for (const reader of readers) await reader.close()
  return decidedBy(history, NOW)
}

test('AU3 the command says what would go, what went, and that there is nothing more', async () => {
  const stateDir = join(directory, 'state')
  mkdirSync(stateDir)
  await fillOld(stateDir)
  const env = { ...place(stateDir), ...rowsKept(900) }
  const dry = await holdfast(['prune', '--dry-run'], env)
  expect(dry.stdout).toMatch(/watchdog\.journal: 1500 rows would be pruned, 501 rows kept\n/)
  const { code, stdout } = await holdfast(['prune', '--json'], env)
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    keep: { days: 400, rows: 900 },
    journals: [
      { journal: 'watchdog', rows: 1500, kept: 501, bytes_freed: expect.any(Number) },
      { journal: 'agent', rows: 1200, kept: 400 },
    ],
    held_by: null,
  })
  const verified = await holdfast(['audit', 'verify'], env)
  expect(verified.code).toBe(0)
  expect(verified.stdout).toMatch(
    /whole, rows 1501 to 2002; rows 1 to 1500, until 2024-\S+Z, were pruned on \S+ by local:\w+ \(holdfast prune\)/,
  )
  expect((await holdfast(['prune'], env)).stdout).toContain('nothing to prune')
  const listed = await holdfast(['audit', 'list', '--action', 'pruned', '--json'], env)
  const { records } = JSON.parse(listed.stdout) as { records: { actor: string; detail: string }[] }
  expect(records.map(({ detail }) => detail)).toContain('rows 1 to 1500')
})

test('AU3 a chain that does not verify is left as it is: exit code 4', async () => {
  const stateDir = join(directory, 'state')
  mkdirSync(stateDir)
  await fillOld(stateDir)
  const database = new DatabaseSync(journalPath(stateDir, 'agent'))
  database.exec('DELETE FROM journal_row WHERE seq = 5')
  database.close()
  const { code, stdout } = await holdfast(['prune', '--json'], { ...place(stateDir), ...rowsKept(10) })
  expect(code).toBe(4)
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, reasons: [{ code: 'chain_dropped' }] })
  expect(verifyJournal(stateDir, 'watchdog')).toMatchObject({ rows: 2001, pruned: null })
})

test('AU3 beside it, audit verify finds both chains whole, audit export ends, and a second prune is told to wait', async () => {
  const stateDir = join(directory, 'state')
  mkdirSync(stateDir)
  await fillOld(stateDir)
  const env = { ...place(stateDir), ...rowsKept(50) }
  const prunes = [1, 2].map(() => holdfast(['prune', '--json'], env))
  const reads = [1, 2].flatMap(() => [
    holdfast(['audit', 'verify'], env),
    holdfast(['audit', 'export', '--format', 'jsonl'], env),
  ])
  for (const { code, stderr } of await Promise.all(reads)) expect({ code, stderr }).toMatchObject({ code: 0 })
  const answers = await Promise.all(prunes)
  expect(answers.filter(({ code }) => code === 0).length).toBeGreaterThan(0)
  for (const { code, stdout } of answers) if (code !== 0) expect(stdout).toContain('"prune_running"')
  expect(faults(stateDir)).toEqual([null, null])
  expect(verifyJournal(stateDir, 'watchdog').pruned?.rows).toBeGreaterThan(1900)
})

test('AU3 killed at any moment it has pruned or has not: both chains verify, and every decision is the same', async () => {
  const whole = join(directory, 'whole')
  mkdirSync(whole)
  await fillOld(whole)
  const before = await decided(whole)
  const random = seededRandom(20_261_126)
  const prune = (stateDir: string) =>
    run(['tools/holdfast.mjs', 'prune'], { ...place(stateDir), ...rowsKept(50) })
  const kept = new Set<number>()
  for (let kill = 0; kill < 6; kill += 1) {
    const stateDir = join(directory, `kill-${kill}`)
    cpSync(whole, stateDir, { recursive: true })
    const running = prune(stateDir)
    // It tells of each commit: none, one or both of them, and then somewhere behind.
    const commits = kill % 3
    const told = () => running.stderr().split('\n').length > commits || running.process.exitCode !== null
    await waitFor(`${commits} commits`, told, { everyMs: 1 })
    for (let turns = Math.floor(random() * 40); turns > 0; turns -= 1) await new Promise(setImmediate)
    running.process.kill('SIGKILL')
    await running.ended
    expect(faults(stateDir)).toEqual([null, null])
    kept.add(verifyJournal(stateDir, 'watchdog').rows * 10_000 + verifyJournal(stateDir, 'agent').rows)
    expect(await decided(stateDir)).toEqual(before)

    expect(await prune(stateDir).ended).toBe(0)
    expect(faults(stateDir)).toEqual([null, null])
    expect(await decided(stateDir)).toEqual(before)
    expect(verifyJournal(stateDir, 'watchdog').pruned?.rows).toBeGreaterThan(1900)
    rmSync(stateDir, { recursive: true })
  }
  // Else it was never met in the middle.
  expect(kept.size).toBeGreaterThan(2)
})

test('AU3 a writer that appends all the while loses no row that it acknowledged, whoever is killed', async () => {
  const stateDir = join(directory, 'state')
  mkdirSync(stateDir)
  const path = journalPath(stateDir, 'watchdog')
  const random = seededRandom(11)
  for (let round = 0; round < 6; round += 1) {
    const appender = run([APPENDER, path])
    const acknowledged = () => Number(appender.stdout().trimEnd().split('\n').at(-1) || 0)
    const first = round * 150
    await waitFor('rows', () => acknowledged() > first + 150, { everyMs: 1 })
    const pruner = run(['tools/holdfast.mjs', 'prune'], { ...place(stateDir), ...rowsKept(20) })
    if (round % 2 === 0) expect(await pruner.ended).toBe(0)
    else await waitFor('its word', () => pruner.stderr() !== '' || pruner.process.exitCode !== null)
    const [one, other] = random() < 0.5 ? [appender, pruner] : [pruner, appender]
    one.process.kill('SIGKILL')
    await one.ended
    other.process.kill('SIGKILL')
    await other.ended
    const { fault, last, pruned } = verifyJournal(stateDir, 'watchdog')
    expect(fault).toBeNull()
    expect(last?.seq).toBeGreaterThanOrEqual(acknowledged())
    expect(pruned?.rows).toBeGreaterThan(0)
  }
})

test.runIf(HAS_GUNICORN)(
  'AU3 beside a running watchdog: it restarts and refuses as before, also after its next start; tampering is found',
  async () => {
    const ground = new Watched()
    try {
      await ground.prepare()
      await fillOld(ground.stateDir)
      await ground.startTarget()
      const env = { HOLDFAST_CONTRACT_FILE: join(ground.directory, 'contract.json') }
      const watchdog = ground.startWatchdog()
      await waitFor('a look', () => ground.status !== null)
      const ask = async () => JSON.parse((await holdfast(['restart', '--json'], env)).stdout) as object
      expect(await ask()).toMatchObject({ outcome: 'verified' })
      const refused = { outcome: 'refused', reasons: [{ code: 'cooldown_override_required' }] }
      expect(await ask()).toMatchObject(refused)

      const { code, stdout, stderr } = await holdfast(['prune', '--json'], { ...env, ...rowsKept(50) })
      expect(code, stderr).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ journals: [{ kept: expect.any(Number) }, {}] })
      expect(verifyJournal(ground.stateDir, 'watchdog').pruned?.rows).toBeGreaterThan(1900)
      expect(await ask()).toMatchObject(refused)
      watchdog.kill('SIGKILL')
      ground.startWatchdog()
      await waitFor('it started anew', async () => {
        const rows = await openJournalReader(journalPath(ground.stateDir, 'watchdog')).read(0, 1000)
        return rows.filter(({ event }) => event.type === 'watchdog_started').length === 2
      })
      expect(await ask()).toMatchObject(refused)
      expect(ground.watchdogLog).not.toContain('"level":"error"')
      expect(faults(ground.stateDir)).toEqual([null, null])

      const database = new DatabaseSync(journalPath(ground.stateDir, 'watchdog'))
      database.exec(
        `UPDATE journal_row SET event = replace(event, '"rows":', '"rows":1') WHERE event LIKE '%"pruned"%'`,
      )
      database.close()
      const tampered = await holdfast(['audit', 'verify', '--json'], env)
      expect(tampered.code).toBe(4)
    } finally {
      await ground.close()
    }
  },
)

test.runIf(mayMount)('AU3 on a full disk it says so, and leaves everything as it was', async () => {
  const filled = join(directory, 'filled')
  mkdirSync(filled)
  await fillOld(filled)
  const disk = join(directory, 'disk')
  mkdirSync(disk)
  const said = execFileSync('unshare', [...OWN_MOUNTS, process.execPath, FULL_DISK, filled, disk], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  const { full, verified, again } = JSON.parse(said) as Record<
    string,
    { code: number; stdout: string; stderr: string }
  >
  expect(full?.code).toBe(1)
  expect(full?.stderr).toContain('nothing was pruned')
  expect(JSON.parse(verified?.stdout ?? '')).toMatchObject({
    ok: true,
    journals: [
      { rows: 2001, pruned: null },
      { rows: 1600, pruned: null },
    ],
  })
  expect(again?.code, again?.stderr).toBe(0)
})

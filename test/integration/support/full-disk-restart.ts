/**
 * The watchdog on a really full disk, in a mount namespace of its own: run by `unshare`, prints what it saw as one
 * JSON document. The state directory is a small disk; the runtime directory is another.
 */
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalRow } from '#domain/journal/events.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { openJournalFile } from '#agent/store/journal-file.ts'
import { operatorJournalPath, watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'
import { systemClock } from '#agent/system/clock.ts'
import { bootId } from '#agent/system/proc-stat.ts'
import { holdfast } from '../../support/holdfast.ts'
import { openJournal } from '../../support/journal.ts'
import { waitFor } from './wait.ts'
import { Watched } from './watched.ts'

const OVERRIDE = ['restart', '--override', '--acknowledge', '--reason', 'a test', '--json']
const EXHAUSTED = {
  status: 'healthy',
  database_pool: {
    runtime: { max_capacity: 5 },
    state: { checked_out: 5, max_capacity: 5, saturation: 1 },
  },
}

/** Three looks of this ground's watchdog. */
const LOOKS_MS = 600

const ground = new Watched()
try {
  process.stdout.write(JSON.stringify(await story()))
} catch (error) {
  process.stderr.write(ground.watchdogLog)
  throw error
} finally {
  await ground.close(() => execFileSync('umount', ['--lazy', ground.stateDir]))
}

async function story(): Promise<object> {
  mkdirSync(ground.stateDir)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'holdfast-test', ground.stateDir])
  await ground.startTarget()
  const env = { HOLDFAST_CONTRACT_FILE: join(ground.directory, 'contract.json') }
  ground.startWatchdog({ HOLDFAST_START_GRACE_S: '0.1' })
  await ground.event('watchdog_started')
  await holdfast(['resume'], env)
  await waitFor('a look', () => ground.status !== null)
  const letLogsBeReused = keepLogsFromReuse()
  await useUpAllRoom()

  ground.tellHealth(EXHAUSTED)
  await waitFor('it wishes for a restart, and may not', () => ground.status?.problem === 'state_unwritable')
  await new Promise((done) => setTimeout(done, 3000))
  const byItself = { hups: ground.hups, intents: (await ground.events('intent')).length }
  const whileFull = ground.status
  const plain = await holdfast(['restart', '--json'], env)
  await useUpOperatorsRoom()
  const override = await holdfast(OVERRIDE, env)
  const spooled = spooledTypes(ground.watchdogLog)
  const spooledByOperator = spooledTypes(override.stderr)
  const byOverride = { hups: ground.hups, intents: (await ground.events('intent')).length }

  letLogsBeReused()
  ground.tellHealth({ status: 'healthy' })
  rmSync(join(ground.stateDir, 'filler'))
  await waitFor('the journals have taken over what waited', () =>
    readdirSync(ground.runtimeDir).every((name) => !name.endsWith('.spool')),
  )
  await waitFor('there is room', () => ground.status?.problem === null)
  const counted = await holdfast(['restart', '--json'], env)
  const operators = await openJournalReader(operatorJournalPath(ground.stateDir)).read(0, 1000)
  return {
    byItself,
    whileFull,
    plain,
    override,
    spooled,
    spooledByOperator,
    byOverride,
    counted,
    recorded: operators.flatMap(({ event }) => (event.type === 'request_recorded' ? [event.ask] : [])),
    intents: await ground.events('intent'),
    outcomes: await ground.events('outcome'),
  }
}

function spooledTypes(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => line.includes('recorded in the runtime directory'))
    .map((line) => (JSON.parse(line) as { row: JournalRow }).row.event.type)
}

/**
 * Whoever reads from a log keeps SQLite from writing it anew from its beginning, in bytes that the disk has long
 * given: without that, when there is no room depends on who happens to read.
 */
function keepLogsFromReuse(): () => void {
  const paths = [watchdogJournalPath(ground.stateDir), operatorJournalPath(ground.stateDir)]
  const readers = paths.map((path) => openJournalFile(path))
  return () => readers.forEach((reader) => reader?.close())
}

/** Large rows first, then ever smaller ones, until not even the smallest finds room. */
async function useUpAllRoom(): Promise<void> {
  for (const size of [60_000, 6_000, 600, 0]) {
    for (let number = 0; await isRecorded(`${size} ${number}`, size); number++) fill()
  }
}

/** Their journal has room of its own in what it once wrote, and takes words that change nothing as long as there is some. */
async function useUpOperatorsRoom(): Promise<void> {
  const now = () => ({ wall: systemClock.wallNow(), monotonic: systemClock.monotonicNow(), boot: bootId() })
  const path = operatorJournalPath(ground.stateDir)
  const actor = { name: 'local:test', ip: null }
  for (const size of [2_000, 400, 0, 0]) {
    // A file that was being replaced meanwhile has given back its page, and the journal its reserve.
    rmSync(`${path}.reserve`, { force: true })
    fill()
    const journal = openJournal(path)
    try {
      for (;;) await journal.append({ type: 'resumed', actor, reason: 'x'.repeat(size) }, now())
    } catch (error) {
      if (!(error instanceof HoldfastProblem) || error.code !== 'state_unwritable') throw error
    } finally {
      await journal.close()
    }
  }
}

/** Of a request that nobody carries out, since it is old: whether there was room for it. */
async function isRecorded(name: string, size: number): Promise<boolean> {
  const old = new Date(Date.now() - 600_000)
  const path = operatorJournalPath(ground.stateDir)
  // The watchdog gives its reserve back by itself; the operators' journal would do so at the next word.
  rmSync(`${path}.reserve`, { force: true })
  fill()
  ground.raiseFlag({ request_id: name, filler: 'x'.repeat(size) }, old)
  const taken = () => !existsSync(join(ground.runtimeDir, 'restart.flag'))
  await waitFor('it is taken', taken)
  const takenAt = Date.now()
  await waitFor('an answer, or a few looks that had no room for one', async () => {
    const { at = 0, problem = null } = ground.status ?? {}
    return (problem === 'state_unwritable' && at > takenAt + LOOKS_MS) || (await endOf(name)) !== undefined
  })
  return (await endOf(name)) !== undefined
}

async function endOf(name: string) {
  return (await ground.events('request_ended')).find(({ request_id }) => request_id === name)
}

/** Every byte that is left. */
function fill(): void {
  for (const size of [65_536, 4_096]) {
    try {
      for (;;) appendFileSync(join(ground.stateDir, 'filler'), Buffer.alloc(size))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }
}

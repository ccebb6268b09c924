/** The journal on a real disk, with real processes that are really killed. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { NO_HASH, sha256OfRow } from '#agent/store/row-hash.ts'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'
import { seededRandom } from '#agent/demo/seeded-random.ts'
import { appendMany, openJournal } from '../support/journal.ts'
import { waitFor } from './support/wait.ts'

const APPENDER = join(import.meta.dirname, 'support/journal-appender.ts')
const COUNTER = join(import.meta.dirname, 'support/journal-counter.ts')
const FULL_DISK = join(import.meta.dirname, 'support/full-disk.sh')
const OWN_MOUNTS = ['--user', '--map-root-user', '--mount']

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-journal-'))
  path = join(directory, 'watchdog.journal')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

interface Appender {
  acknowledged(): number
  kill(): Promise<void>
}

function startAppender(): Appender {
  const child = spawn(process.execPath, [APPENDER, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return {
    // The last line may have been cut short by the kill; the one before it is whole.
    acknowledged: () => Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1) || 0),
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

test('WD9 killed fifteen times at random moments, it never loses what it acknowledged', async () => {
  const random = seededRandom(20_240_117)
  let before = 0
  for (let kill = 0; kill < 15; kill += 1) {
    const appender = startAppender()
    const goal = before + 1 + Math.floor(random() * 60)
    await waitFor(`row ${goal}`, () => appender.acknowledged() >= goal, { everyMs: 1 })
    await appender.kill()
    const acknowledged = appender.acknowledged()

    const journal = openJournal(path)
    const rows = await journal.read(0, 100_000)
    await journal.close()
    // One more than acknowledged may be there: killed between the commit and the word of it.
    expect(rows.length).toBeGreaterThanOrEqual(acknowledged)
    expect(rows.length).toBeLessThanOrEqual(acknowledged + 1)
    let previous = NO_HASH
    for (const [index, row] of rows.entries()) {
      expect(row).toMatchObject({ seq: index + 1, previous_hash: previous, hash: sha256OfRow(row) })
      previous = row.hash
    }
    before = rows.length
  }
})

test('AU2 another process reads while it is written, and sees whole rows in order', async () => {
  const appender = startAppender()
  await waitFor('the first row', () => appender.acknowledged() > 0, { everyMs: 1 })
  const reader = openJournalReader(path)
  let seen = 0
  while (seen < 500) {
    const acknowledged = appender.acknowledged()
    const rows = await reader.read(seen, 10_000)
    rows.forEach((row, index) => expect(row).toMatchObject({ seq: seen + index + 1, hash: sha256OfRow(row) }))
    seen += rows.length
    expect(seen).toBeGreaterThanOrEqual(acknowledged)
    await new Promise((resume) => setImmediate(resume))
  }
  await appender.kill()
})

const isRoot = process.getuid?.() === 0

test.runIf(isRoot)(
  'a reader of another user, who may not write there, reads beside the writer and after it',
  async () => {
    chmodSync(directory, 0o755)
    const read = (): string =>
      execFileSync('setpriv', [
        ...['--reuid', '65534', '--regid', '65534', '--clear-groups', process.execPath],
        ...['--input-type=module-typescript', '--eval', READ, path],
      ]).toString()
    const previousMask = process.umask(0o022)
    try {
      const journal = openJournal(path)
      await appendMany(journal, 3)
      for (const suffix of ['', '-wal', '-shm', '.marker']) chmodSync(path + suffix, 0o644)
      expect(read()).toBe('3')
      await journal.close()
      expect(read()).toBe('3')
    } finally {
      process.umask(previousMask)
    }
  },
)

const READ = `
  import { openJournalReader } from '#agent/store/sqlite-journal.ts'
  process.stdout.write(String((await openJournalReader(process.argv.at(-1)).read(0, 10)).length))
`

const mayMount = spawnSync('unshare', [...OWN_MOUNTS, 'true']).status === 0

test.runIf(mayMount)(
  'WD9 on a full disk at least a hundred more records are durable, before and after a start',
  () => {
    const disk = join(directory, 'disk')
    mkdirSync(disk)
    const output = execFileSync(
      'unshare',
      [...OWN_MOUNTS, 'sh', FULL_DISK, disk, process.execPath, APPENDER, COUNTER],
      { timeout: 50_000 },
    ).toString()
    const stages = new Map(
      output
        .trim()
        .split('\n')
        .map((line) => line.split(' '))
        .map(([stage = '', count, last]) => [stage, { count: Number(count), last }]),
    )
    // Twenty were written before the disk was full; the end is a refusal, said as such.
    expect(stages.get('running')?.count).toBeGreaterThanOrEqual(20 + 100)
    expect(stages.get('running')?.last).toBe('state_unwritable')
    expect(stages.get('roomy')?.count).toBe(50)
    expect(stages.get('started')?.count).toBe(100)
    // With the reserve gone as well it is full, and never "unreadable": whoever only reads still reads all of it.
    expect(stages.get('again')).toEqual({ count: 0, last: 'state_unwritable' })
    expect(stages.get('read')?.last).toBe(stages.get('started')?.last)
    expect(stages.get('mended')?.last).toBe(stages.get('started')?.last)
  },
)

/**
 * Rows that found no room in their journal (WD9): kept in a small file in the runtime directory, one JSON line
 * each, in the form of the journal's own rows and chained like them, until the journal has room again and takes
 * them over. A line counts once it ends; one that a power failure cut short was never acknowledged.
 *
 * The runtime directory may be writable by the target's user, who must not be able to speak for an operator: a
 * file that is not root's or the state directory's owner's is not read. Bounded, since it may lie in memory.
 */
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod/mini'
import { journalRow, type EventTime, type JournalEvent, type JournalRow } from '#domain/journal/events.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { syncDirectory } from './journal-files.ts'
import { NO_HASH, sha256OfRow } from './row-hash.ts'

/** Some eighty rows: two dozen overrides with all that belongs to them. */
const SPOOL_BYTES_LIMIT = 256 * 1024

export interface Spool {
  /** Durable when it returns. */
  append(event: JournalEvent, time: EventTime): JournalRow
  rows(): JournalRow[]
  /** All of them are in the journal. */
  remove(): void
}

export interface SpoolPlace {
  readonly runtimeDir: string
  readonly stateDir: string
  /** Of the journal that it stands in for. */
  readonly name: 'watchdog' | 'agent'
}

export function openSpool({ runtimeDir, stateDir, name }: SpoolPlace): Spool {
  const path = join(runtimeDir, `${name}.spool`)
  const rows = (): JournalRow[] => readRows(path, stateDir)
  return {
    rows,
    append: (event, time) => {
      const before = readTrusted(path, stateDir)
      const last = rows().at(-1)
      const unhashed = {
        seq: (last?.seq ?? 0) + 1,
        id: randomUUID(),
        time: { wall: time.wall, monotonic: time.monotonic, boot: time.boot },
        event: JSON.parse(JSON.stringify(event)) as JournalEvent,
        previous_hash: last?.hash ?? NO_HASH,
      }
      const row = { ...unhashed, hash: sha256OfRow(unhashed) }
      appendLine(path, before, `${JSON.stringify(row)}\n`)
      return row
    },
    remove: () => {
      rmSync(path, { force: true })
      syncDirectory(dirname(path))
    },
  }
}

function readRows(path: string, stateDir: string): JournalRow[] {
  const text = readTrusted(path, stateDir)
  if (text === null) return []
  let previous = NO_HASH
  return wholeLines(text).map((line) => {
    const row = parseRow(line)
    if (row === null || row.previous_hash !== previous || sha256OfRow(row) !== row.hash) {
      throw new HoldfastProblem('state_unreadable', `${path} is not what was written to it`)
    }
    previous = row.hash
    return row
  })
}

function wholeLines(text: string): string[] {
  return text.split('\n').slice(0, -1)
}

function parseRow(line: string): JournalRow | null {
  try {
    return z.safeParse(journalRow, JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}

/** null: there is none, or somebody put one there who may not speak here. */
function readTrusted(path: string, stateDir: string): string | null {
  let file: number
  try {
    // Its absence is the rule, once a second: no error is made of it.
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return null
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    // A link in its place is nobody's of ours.
    if (['ENOENT', 'ELOOP'].includes(errorCode(error))) return null
    const detail = `${path} cannot be read (${errorCode(error)})`
    throw new HoldfastProblem('state_unreadable', detail, { cause: error })
  }
  try {
    const stat = fstatSync(file)
    const isTrusted = stat.isFile() && [0, statSync(stateDir).uid].includes(stat.uid)
    return isTrusted && stat.size <= SPOOL_BYTES_LIMIT ? readFileSync(file, 'utf8') : null
  } finally {
    closeSync(file)
  }
}

function appendLine(path: string, before: string | null, line: string): void {
  const { O_WRONLY, O_CREAT, O_NOFOLLOW } = constants
  const place = Buffer.byteLength(before === null ? '' : before.slice(0, before.lastIndexOf('\n') + 1))
  try {
    if (place + Buffer.byteLength(line) > SPOOL_BYTES_LIMIT) throw new Error('it holds as much as it may')
    // Whatever lies there and is not ours must not be written to.
    if (before === null) rmSync(path, { force: true })
    const file = openSync(path, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o644)
    try {
      // A line that was cut short was never acknowledged: this one takes its place.
      ftruncateSync(file, place)
      writeSync(file, line, place)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    syncDirectory(dirname(path))
  } catch (cause) {
    throw new HoldfastProblem('state_unwritable', `${path}: ${(cause as Error).message}`, { cause })
  }
}

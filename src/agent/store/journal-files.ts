/**
 * The files of one journal, and what they say about each other.
 *
 * The marker lies beside the database and carries the head of the chain. It is written in place *after* each
 * commit and needs no flush of its own: it may be behind the database, but never ahead of it. A database that
 * holds less than its marker says has lost rows that somebody was told of (a cut or cleared write-ahead log, an
 * old copy put back, a file that is gone), which SQLite by itself would show as a shorter, or an empty, history.
 *
 * In place means that another process may read the first half of one marker and the second half of the next: the kernel
 * does not keep the two apart. So a marker carries a check of itself, and what does not fit it is read once more.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname } from 'node:path'
import * as z from 'zod/mini'
import type { EpochMs } from '#domain/time.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { NO_HASH, sha256 } from './row-hash.ts'

export interface Head {
  readonly seq: number
  readonly hash: string
}

const FORMAT = 'holdfast.journal-marker/1'
/** Fixed, so that a marker is replaced in place, within one disk sector, and never grows on a full disk. */
const MARKER_BYTES = 192

const markerForm = z.object({
  format: z.literal(FORMAT),
  seq: z.int().check(z.minimum(0)),
  hash: z.string().check(z.length(64)),
  /** Left out by releases before this one. */
  check: z.optional(z.string()),
})

export type MarkerReading =
  | { kind: 'missing' }
  | { kind: 'unreadable'; detail: string }
  | { kind: 'head'; head: Head }

export function markerOf(path: string): string {
  return `${path}.marker`
}

/** As long as a writer may need to be given the processor back in the middle of its marker. */
const TORN_LOOKS = 50
const TORN_LOOK_MS = 2

export function readMarker(path: string, pause = pauseBriefly): MarkerReading {
  const marker = markerOf(path)
  for (let look = 1; ; look += 1) {
    const reading = readOnce(marker)
    if (reading.kind !== 'unreadable' || look === TORN_LOOKS) return reading
    pause()
  }
}

function pauseBriefly(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TORN_LOOK_MS)
}

function readOnce(marker: string): MarkerReading {
  try {
    const reading = markerForm.safeParse(JSON.parse(readFileSync(marker, 'utf8')))
    if (reading.success && isWhole(reading.data)) {
      return { kind: 'head', head: { seq: reading.data.seq, hash: reading.data.hash } }
    }
    return { kind: 'unreadable', detail: `${marker} is not a marker` }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { kind: 'missing' }
    return { kind: 'unreadable', detail: `${marker} cannot be read (${(error as Error).message})` }
  }
}

function isWhole({ check, ...head }: z.infer<typeof markerForm>): boolean {
  return check === undefined || check === checkOf(head)
}

function checkOf({ seq, hash }: Head): string {
  return sha256(`${seq} ${hash}`).slice(0, 8)
}

/** Which file stands under a name. Its number alone is given to a new one at once; its time of birth is not. */
export function inodeOf(path: string): string {
  const stat = statSync(path, { bigint: true })
  return `${stat.dev}:${stat.ino}:${stat.birthtimeNs}`
}

export interface Marker {
  write(head: Head): void
  close(): void
}

/** Opens the marker, or makes it, durably: from then on a missing database is noticed. */
export function openMarker(path: string, head: Head): Marker {
  const marker = markerOf(path)
  const isNew = !existsSync(marker)
  if (isNew) makeMarker(marker, head)
  const file = openSync(marker, 'r+')
  const write = (newHead: Head): void => {
    writeSync(file, markerText(newHead), 0)
  }
  write(head)
  return { write, close: () => closeSync(file) }
}

/** Appears whole: a reader must never find an empty one, which would look like a damaged history. */
function makeMarker(marker: string, head: Head): void {
  const file = openSync(`${marker}.new`, 'w', 0o640)
  writeSync(file, markerText(head), 0)
  fsyncSync(file)
  closeSync(file)
  renameSync(`${marker}.new`, marker)
  syncDirectory(dirname(marker))
}

function markerText({ seq, hash }: Head): string {
  const content = { format: FORMAT, seq, hash, check: checkOf({ seq, hash }) }
  return `${JSON.stringify(content).padEnd(MARKER_BYTES - 1)}\n`
}

/** Renames the database with its side files. A marker stays, so that the next start is not taken for the first. */
export function putAside(path: string, now: EpochMs): string {
  const aside = asideName(path, now)
  if (!existsSync(markerOf(path))) openMarker(path, { seq: 0, hash: NO_HASH }).close()
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix)
  }
  syncDirectory(dirname(path))
  return aside
}

/** The deliberate act of a person (WD11): what is left of the old history goes aside, marker and all. */
export function abandonHistory(path: string, now: EpochMs): void {
  if (existsSync(path)) putAside(path, now)
  const marker = markerOf(path)
  if (existsSync(marker)) renameSync(marker, `${asideName(path, now)}.marker`)
  syncDirectory(dirname(path))
}

/** How many histories were put aside so far, be it their file, their marker, or both. */
export function asideCount(path: string): number {
  const kept = `${basename(path)}.unreadable-`
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(kept))
  const count = (form: RegExp) => names.filter((name) => form.test(name.slice(kept.length))).length
  return Math.max(count(/^\d+T\d+Z\d*$/), count(/^\d+T\d+Z\d*\.marker$/))
}

function asideName(path: string, now: EpochMs): string {
  const stamp = new Date(now).toISOString().replaceAll(/[-:.]/g, '')
  const names = Array.from({ length: 100 }, (_, index) => `${path}.unreadable-${stamp}${index || ''}`)
  return names.find((name) => !existsSync(name)) ?? `${path}.unreadable`
}

/** Really written, not only sized: a hole in a file is no reserve. */
export function keepReserve(path: string, bytes: number): boolean {
  const reserve = `${path}.reserve`
  if (existsSync(reserve)) return true
  const unfinished = `${reserve}.new`
  try {
    const file = openSync(unfinished, 'w', 0o640)
    try {
      writeFully(file, bytes)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(unfinished, reserve)
    return true
  } catch {
    // The disk is full already: the journal works on without it, and tries again at its next start.
    rmSync(unfinished, { force: true })
    return false
  }
}

export function releaseReserve(path: string): boolean {
  const reserve = `${path}.reserve`
  if (!existsSync(reserve)) return false
  rmSync(reserve)
  return true
}

function writeFully(file: number, bytes: number): void {
  const block = Buffer.alloc(64 * 1024)
  for (let written = 0; written < bytes;) {
    written += writeSync(file, block, 0, Math.min(block.length, bytes - written))
  }
}

export function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

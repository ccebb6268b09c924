/**
 * Raw samples on disk (IN4), for as long as the retention says: a file for each stretch of time, written once, which
 * holds a page as the raw API gives it, compressed. A stretch that was torn costs itself alone, and is told as a gap.
 */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import * as z from 'zod/mini'
import type { ConfigValues } from '#domain/config/fields.ts'
import type { FrameFault } from '#domain/raw-frame/block.ts'
import { decodePage, type FrameColumns, type FramePage } from '#domain/raw-frame/decode.ts'
import { encodePage } from '#domain/raw-frame/encode.ts'
import { foundText } from '#domain/schemas/findings.ts'
import { faultText } from '#domain/schemas/raw-column-words.ts'
import { columnFaults } from '#domain/schemas/raw-columns.ts'
import type { GapReason, RawGap } from '#domain/schemas/raw-v1.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { FRAME_GZIP } from '#agent/system/frame-gzip.ts'
import { logLine } from '#agent/system/log.ts'
import { replaceFile } from '#agent/system/replace-file.ts'
import { PLACED_STREAMS, type PlacedStream } from './raw-cursor.ts'
import type { HeldColumns, RawSlice } from './raw-store.ts'

export interface ArchivedBlock {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly path: string
}

export interface Retention {
  readonly keepMs: DurationMs
  readonly bytesMax: number
}

const DAY_MS = 86_400_000
const MIB = 1_048_576

export function rawRetention(values: ConfigValues): Retention {
  return { keepMs: values['retention.raw_days'] * DAY_MS, bytesMax: values['retention.raw_mib'] * MIB }
}

type Tell = (level: 'warning', message: string, details: object) => void

/** Below the state directory. */
const DIRECTORY = 'raw'
const NAME = /^(\d{1,16})-(\d{1,16})\.frame\.gz$/
/** What was being written when the power failed; its owner is the one agent of this directory. */
const UNFINISHED = /\.new$/
/** A stretch of an hour at many times the rate that the memory is made for. */
const UNPACKED_BYTES_LIMIT = 256 * 1024 * 1024

const gapsOf = z.array(
  z.object({ stream: z.string(), from: z.number(), to: z.number(), reason: z.optional(z.string()) }),
)

export class RawArchive {
  readonly #directory: string
  readonly #tell: Tell

  constructor(stateDir: string, tell: Tell = logLine) {
    this.#directory = join(stateDir, DIRECTORY)
    this.#tell = tell
  }

  /** Before anything else: what a crash left half-way goes. */
  async prepare(): Promise<void> {
    for (const name of await namesIn(this.#directory)) {
      if (UNFINISHED.test(name)) await rm(join(this.#directory, name), { force: true })
    }
  }

  /** Restarts are not in it: they stand in the journals. */
  async write({ window, gaps, streams: held }: RawSlice): Promise<void> {
    const streams = Object.fromEntries(Object.entries(held).filter(([stream]) => stream !== 'restarts'))
    const page = encodePage({ format: 'holdfast.raw/1', window, gaps }, streams)
    await mkdir(this.#directory, { recursive: true, mode: 0o770 })
    const path = join(this.#directory, `${window.from}-${window.to}.frame.gz`)
    await replaceFile(path, await promisify(gzip)(page, FRAME_GZIP), { flush: true })
  }

  /** In the order of time. Whatever else lies there is not ours. */
  async blocks(): Promise<ArchivedBlock[]> {
    const blocks: ArchivedBlock[] = []
    for (const name of await namesIn(this.#directory)) {
      const [, from, to] = NAME.exec(name) ?? []
      if (from === undefined || to === undefined) continue
      blocks.push({ from: Number(from), to: Number(to), path: join(this.#directory, name) })
    }
    return blocks.toSorted((one, other) => one.from - other.from)
  }

  /** 0: it is gone meanwhile. */
  async bytesOf({ path }: ArchivedBlock): Promise<number> {
    return (await stat(path).catch(() => null))?.size ?? 0
  }

  /** Of those that lie in a window or reach into it; what cannot be read of one is a gap in it. */
  async read(block: ArchivedBlock): Promise<RawSlice> {
    const window = { from: block.from, to: block.to }
    const page = await pageIn(block.path)
    if (typeof page === 'string') {
      this.#tellFault(block, page)
      return { window, gaps: gapsFor(PLACED_STREAMS, window), streams: {} }
    }
    const told = gapsOf.safeParse((page.head as { gaps?: unknown }).gaps)
    const gaps: RawGap[] = told.success ? [...told.data] : []
    const streams: Record<string, object> = {}
    for (const stream of PLACED_STREAMS) {
      const columns = page.stream(stream)
      const fault = columns === null ? 'it is not in it' : faultOf(stream, columns)
      if (fault === null) {
        streams[stream] = columns as object
        continue
      }
      this.#tellFault(block, `${stream}: ${fault}`)
      gaps.push(...gapsFor([stream], window))
    }
    return { window, gaps, streams: streams as Partial<HeldColumns> }
  }

  /** A gap has a word for it; what exactly it was stands in the log. */
  #tellFault({ path }: ArchivedBlock, fault: string): void {
    this.#tell('warning', 'raw samples on disk cannot be read', { file: path, fault })
  }

  /** The oldest go first: those that are too old, then as many as it takes. */
  async prune(
    { keepMs, bytesMax }: Retention,
    now: EpochMs,
    { isDryRun = false }: { readonly isDryRun?: boolean } = {},
  ): Promise<{ files: number; bytes: number; kept: number }> {
    const blocks: { block: ArchivedBlock; bytes: number }[] = []
    for (const block of await this.blocks()) blocks.push({ block, bytes: await this.bytesOf(block) })
    const all = blocks.reduce((sum, { bytes }) => sum + bytes, 0)
    let gone = { files: 0, bytes: 0 }
    for (const { block, bytes } of blocks) {
      if (now - block.to <= keepMs && all - gone.bytes <= bytesMax) break
      gone = { files: gone.files + 1, bytes: gone.bytes + bytes }
      if (!isDryRun) await rm(block.path, { force: true })
    }
    return { ...gone, kept: blocks.length - gone.files }
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

/** Or why there is none. */
async function pageIn(path: string): Promise<FramePage | string> {
  try {
    const unpacked = await promisify(gunzip)(await readFile(path), { maxOutputLength: UNPACKED_BYTES_LIMIT })
    const page = decodePage(new Uint8Array(unpacked).buffer)
    return 'code' in page ? page.reason : page
  } catch (error) {
    return errorCode(error)
  }
}

function faultOf(stream: PlacedStream, columns: FrameColumns<PlacedStream> | FrameFault): string | null {
  if ('code' in columns) return columns.reason
  const [fault] = columnFaults(stream, columns)
  return fault === undefined ? null : faultText(fault, foundText)
}

function gapsFor(
  streams: readonly PlacedStream[],
  window: { readonly from: EpochMs; readonly to: EpochMs },
): RawGap[] {
  const reason: GapReason = 'archive_unreadable'
  return streams.map((stream) => ({ stream, ...window, reason }))
}

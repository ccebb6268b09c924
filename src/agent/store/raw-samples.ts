/** Every raw sample that is still there, wherever it lies: in memory, or on disk (IN4). */
import { RequestHistogram } from '#domain/metrics/request-histogram.ts'
import type { GapReason, RawGap } from '#domain/schemas/raw-v1.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import type { HistogramLog } from './histogram-log.ts'
import { joinSlices } from './join-slices.ts'
import type { ArchivedBlock, RawArchive } from './raw-archive.ts'
import { PLACED_STREAMS } from './raw-cursor.ts'
import type { RawSlice, RawStore } from './raw-store.ts'

/** Some five million requests: what `holdfast metrics` reads at once. */
const ARCHIVED_BYTES_LIMIT = 14 * 1024 * 1024
const MEMORY_MS: DurationMs = 3_600_000

interface Sources {
  readonly store: Pick<RawStore, 'between'>
  readonly archive: Pick<RawArchive, 'blocks' | 'bytesOf' | 'read'>
  readonly histograms: Pick<HistogramLog, 'read'>
  /** Up to when all is on the disk. */
  readonly writtenTo: () => EpochMs
}

export interface HistogramsAnswer {
  /** By the start of each step. */
  readonly steps: ReadonlyMap<EpochMs, RequestHistogram>
  readonly gaps: RawGap[]
}

export class RawSamples {
  readonly #sources: Sources

  constructor(sources: Sources) {
    this.#sources = sources
  }

  /** A window's samples, its end not included. Of more than can be held at once, the newest. */
  async between(from: EpochMs, to: EpochMs): Promise<RawSlice> {
    const { store, archive, writtenTo } = this.#sources
    const cut = Math.min(Math.max(from, writtenTo()), to)
    const { blocks, leftOut } = await newestOf(archive, { from, to: cut })
    const slices = await readAll(archive, blocks)
    if (cut < to) slices.push(store.between(cut, to))
    const joinedFrom = leftOut ?? from
    const joined = joinSlices({ from: joinedFrom, to }, slices)
    const { restarts } = store.between(to, to).streams
    return {
      window: { from, to },
      gaps: [...gapOf(from, joinedFrom), ...joined.gaps],
      streams: { ...joined.streams, ...(restarts === undefined ? {} : { restarts }) },
    }
  }

  /** The requests of a window of days, added up by steps: a stretch belongs to the step in which it began. */
  async histograms(from: EpochMs, to: EpochMs, stepMs: DurationMs): Promise<HistogramsAnswer> {
    const { store, histograms, writtenTo } = this.#sources
    const stretches = await histograms.read(from, to)
    const steps = new Map<EpochMs, RequestHistogram>()
    const gaps: RawGap[] = []
    const stepAt = (at: EpochMs) => {
      const start = Math.floor(at / stepMs) * stepMs
      const step = steps.get(start) ?? new RequestHistogram()
      steps.set(start, step)
      return step
    }
    let seenTo = from
    for (const stretch of stretches) {
      gaps.push(...gapOf(seenTo, stretch.from, 'not_recorded', ['requests']))
      stretch.addTo(stepAt(stretch.from))
      seenTo = Math.max(seenTo, stretch.to)
    }
    const { gaps: held, streams } = store.between(Math.max(seenTo, writtenTo()), to)
    gaps.push(...gapOf(seenTo, Math.min(to, writtenTo()), 'not_recorded', ['requests']))
    gaps.push(...held.filter(({ stream }) => stream === 'requests'))
    streams.requests?.t.forEach((t, row) => {
      const { requests } = streams
      stepAt(t).addRequest(requests?.duration_ms[row] ?? 0, requests?.status[row] ?? 0)
    })
    return { steps, gaps }
  }
}

/** The last hour of an earlier life of the agent; null: there is none. */
export async function lastHour(
  archive: Pick<RawArchive, 'blocks' | 'read'>,
  now: EpochMs,
): Promise<RawSlice | null> {
  // What a clock that was wrong has dated later than now would come after what comes now.
  const past = (await archive.blocks()).filter(({ to }) => to <= now && to > now - MEMORY_MS)
  const [first] = past
  return first === undefined ? null : joinSlices({ from: first.from, to: now }, await readAll(archive, past))
}

async function readAll(
  archive: Pick<RawArchive, 'read'>,
  blocks: readonly ArchivedBlock[],
): Promise<RawSlice[]> {
  const slices: RawSlice[] = []
  for (const block of blocks) slices.push(await archive.read(block))
  return slices
}

/** `leftOut`: up to when there would have been more. */
async function newestOf(
  archive: Pick<RawArchive, 'blocks' | 'bytesOf'>,
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<{ blocks: ArchivedBlock[]; leftOut: EpochMs | null }> {
  const wanted: ArchivedBlock[] = []
  let bytes = 0
  for (const block of (await archive.blocks()).toReversed()) {
    if (block.to <= from || block.from >= to) continue
    bytes += await archive.bytesOf(block)
    if (bytes > ARCHIVED_BYTES_LIMIT) return { blocks: wanted, leftOut: block.to }
    wanted.unshift(block)
  }
  return { blocks: wanted, leftOut: null }
}

function gapOf(
  from: EpochMs,
  to: EpochMs,
  reason: GapReason = 'too_much_at_once',
  streams: readonly string[] = PLACED_STREAMS,
): RawGap[] {
  return from < to ? streams.map((stream) => ({ stream, from, to, reason })) : []
}

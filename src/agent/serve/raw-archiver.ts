/** Puts what came in on the disk, once a minute (IN4), and keeps there what the retention says. */
import { RequestHistogram } from '#domain/metrics/request-histogram.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import type { AscendingTime } from '#agent/intake/ascending-time.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import type { HistogramLog } from '#agent/store/histogram-log.ts'
import type { RawArchive, Retention } from '#agent/store/raw-archive.ts'
import type { RawSlice, RawStore } from '#agent/store/raw-store.ts'
import { logLine } from '#agent/system/log.ts'

const EVERY_MS: DurationMs = 60_000
/** What could not be written, on a full disk, is written later, as long as the memory holds it. */
const LONGEST_MS: DurationMs = 3_600_000

/** At the highest rate that the memory is made for, what comes in meanwhile is a hundredth of what may lie there. */
const PRUNE_EVERY_MS: DurationMs = 15 * 60_000
/** Each stream tells the time for itself, and they may be a second apart. */
const SETTLED_MS: DurationMs = 2_000

interface ArchiverParts {
  readonly store: Pick<RawStore, 'between'>
  readonly archive: RawArchive
  readonly histograms: HistogramLog
  readonly retention: Retention
  /** As the samples carry it: it never goes back. */
  readonly time: Pick<AscendingTime, 'now'>
  readonly startedAt: EpochMs
  readonly everyMs?: DurationMs
}

export interface ArchiveState {
  /** Up to when all is on the disk; from then on it is in memory alone. */
  readonly writtenTo: EpochMs
  /** The last try to write did not succeed. */
  readonly failing: boolean
}

export interface RawArchiver extends ArchiveState {
  /** What has come since. */
  write(): Promise<void>
  stop(): Promise<void>
}

export function startRawArchiver(parts: ArchiverParts): RawArchiver {
  const { store, archive, histograms, retention, time, startedAt, everyMs = EVERY_MS } = parts
  let writtenTo = startedAt
  let isFailing = false
  let prunedAt = Number.NEGATIVE_INFINITY

  const write = async (settledMs: DurationMs): Promise<void> => {
    const to = time.now() - settledMs
    const from = Math.max(writtenTo, to - LONGEST_MS)
    if (to <= from) return
    try {
      const slice = store.between(from, to)
      await archive.write(slice)
      writtenTo = to
      await histograms.append(slice.window, histogramOf(slice))
      isFailing = false
      await pruneNowAndThen(to)
    } catch (error) {
      // Once, and not each minute of the hours that a full disk may last.
      if (!isFailing) logLine('warning', 'raw samples cannot be written to disk', { error: errorCode(error) })
      isFailing = true
    }
  }

  // It looks at each file of three days.
  const pruneNowAndThen = async (now: EpochMs): Promise<void> => {
    if (now < prunedAt + PRUNE_EVERY_MS) return
    prunedAt = now
    await archive.prune(retention, now)
    await histograms.prune(retention.keepMs, now)
  }

  let turn = Promise.resolve()
  const inTurn = (settledMs: DurationMs) => (turn = turn.then(() => write(settledMs)))
  const timer = setInterval(() => void inTurn(SETTLED_MS), everyMs)
  return {
    get writtenTo() {
      return writtenTo
    },
    get failing() {
      return isFailing
    },
    write: () => inTurn(SETTLED_MS),
    stop: async () => {
      clearInterval(timer)
      // Nothing comes in any more.
      await inTurn(0)
    },
  }
}

function histogramOf({ streams: { requests } }: RawSlice): RequestHistogram {
  if (requests === undefined) return new RequestHistogram()
  const { duration_ms: durationMs, status } = requests
  return RequestHistogram.of({ durationMs, status }, { start: 0, end: status.length })
}

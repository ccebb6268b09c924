/** Opens what there is of raw samples: the memory with the last hour of an earlier life, and the disk behind it. */
import type { ConfigValues } from '#domain/config/fields.ts'
import type { EpochMs } from '#domain/time.ts'
import { AscendingTime } from '#agent/intake/ascending-time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { HistogramLog } from '#agent/store/histogram-log.ts'
import { RawArchive, rawRetention } from '#agent/store/raw-archive.ts'
import { lastHour, RawSamples } from '#agent/store/raw-samples.ts'
import type { RawStore } from '#agent/store/raw-store.ts'
import { logLine } from '#agent/system/log.ts'
import { startRawArchiver, type ArchiveState } from './raw-archiver.ts'

interface OpenParts {
  readonly store: RawStore
  readonly stateDir: string
  readonly values: ConfigValues
  readonly clock: Clock
  readonly startedAt: EpochMs
}

/** Nothing that lies on the disk keeps the agent from starting: whoever is called at night needs it now. */
export async function openRawSamples(parts: OpenParts): Promise<{
  samples: RawSamples
  archived: () => ArchiveState
  stop: () => Promise<void>
}> {
  const { store, stateDir, values, clock, startedAt } = parts
  const archive = new RawArchive(stateDir)
  const histograms = new HistogramLog(stateDir)
  try {
    await archive.prepare()
    const earlier = await lastHour(archive, startedAt)
    if (earlier !== null) store.restore(earlier)
  } catch (error) {
    logLine('warning', 'the raw samples on disk cannot be read', { error: errorCode(error) })
  }
  const time = new AscendingTime(clock)
  const archiver = startRawArchiver({
    store,
    archive,
    histograms,
    retention: rawRetention(values),
    time,
    startedAt,
  })
  const samples = new RawSamples({ store, archive, histograms, writtenTo: () => archiver.writtenTo })
  return {
    samples,
    archived: () => ({ writtenTo: archiver.writtenTo, failing: archiver.failing }),
    stop: () => archiver.stop(),
  }
}

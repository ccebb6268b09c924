import { HistogramLog } from '#agent/store/histogram-log.ts'
import { RawArchive } from '#agent/store/raw-archive.ts'
import { RawSamples } from '#agent/store/raw-samples.ts'
import type { RawStore } from '#agent/store/raw-store.ts'

/** Nothing was put on a disk yet. */
export function memoryOnly(store: RawStore): RawSamples {
  const nowhere = '/proc/nowhere'
  return new RawSamples({
    store,
    archive: new RawArchive(nowhere),
    histograms: new HistogramLog(nowhere),
    writtenTo: () => 0,
  })
}

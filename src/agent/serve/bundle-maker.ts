/** Gathers what an incident bundle is made of, at the moment it is asked for. */
import type { SystemView } from '#agent/api/routes/system-status.ts'
import type { BundleMaker } from '#agent/api/routes/bundle.ts'
import { buildBundle, ROWS_LIMIT } from '#agent/bundle/build-bundle.ts'
import { rawDocument } from '#agent/bundle/raw-document.ts'
import type { JournalRow } from '#domain/journal/events.ts'
import type { EpochMs } from '#domain/time.ts'
import { settingRows } from '#agent/settings/setting-rows.ts'
import type { Settings } from '#agent/settings/settings.ts'
import type { HistoryReader } from '#agent/store/history-readers.ts'
import { operatorJournalPath, watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { openSpool, type Spool, type SpoolPlace } from '#agent/store/spool.ts'
import { openSpooledReader } from '#agent/store/spooled-journal.ts'
import type { RawSamples } from '#agent/store/raw-samples.ts'
import type { HealthReader } from './health-reader.ts'
import { workerStatus } from './worker-desk.ts'

interface BundleParts {
  settings: Settings
  samples: Pick<RawSamples, 'between'>
  reader: HealthReader
  system: SystemView
}

const ROWS_AT_ONCE = 1000

export function bundleMaker({ settings, samples, reader, system }: BundleParts): BundleMaker {
  const { contract } = settings.contract
  const { state_dir: stateDir, runtime_dir: runtimeDir } = contract.paths
  const spoolOf = (name: SpoolPlace['name']) => openSpool({ stateDir, runtimeDir, name })
  return {
    make: async (window) => {
      const reading = await reader.fresh()
      const raw = await samples.between(window.from, window.to)
      return buildBundle({
        window,
        now: reading.now.wall,
        health: reading.health,
        worker: await workerStatus(reading, contract),
        system: await system.read(),
        journals: {
          watchdog: await rowsWithin(watchdogJournalPath(stateDir), spoolOf('watchdog'), window),
          operators: await rowsWithin(operatorJournalPath(stateDir), spoolOf('agent'), window),
        },
        settings: settingRows(settings),
        gaps: raw.gaps,
        raw: await rawDocument(raw, settings.config.values),
      })
    },
  }
}

/** null: it cannot be read, which is part of the incident. */
async function rowsWithin(
  path: string,
  spool: Spool,
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<JournalRow[] | null> {
  const rows: JournalRow[] = []
  let reader: HistoryReader | null = null
  try {
    reader = openSpooledReader(path, spool)
    for (let afterSeq = 0; ;) {
      const some = await reader.read(afterSeq, ROWS_AT_ONCE)
      // By each row's own time, not up to the first that is later: the wall clock may have been set back.
      rows.push(...some.filter(({ time }) => time.wall >= from && time.wall < to))
      rows.splice(0, rows.length - ROWS_LIMIT)
      const last = some.at(-1)
      if (last === undefined || some.length < ROWS_AT_ONCE) return rows
      afterSeq = last.seq
    }
  } catch {
    return null
  } finally {
    await reader?.close()
  }
}

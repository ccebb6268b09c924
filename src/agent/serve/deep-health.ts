/** Gathers what `/health/deep` says, at the moment it is asked for. */
import { stat } from 'node:fs/promises'
import { JOURNALS, type JournalName } from '#domain/audit/trail.ts'
import { redacted } from '#domain/redaction.ts'
import type { DeepHealth } from '#domain/schemas/deep-health.ts'
import type { WatchdogStatus } from '#domain/schemas/watchdog-status.ts'
import { isoText } from '#domain/time.ts'
import type { SystemView } from '#agent/api/routes/system-status.ts'
import { describeFaults } from '#agent/settings/load-contract.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { journalPath } from '#agent/store/journal-paths.ts'
import { openSpool } from '#agent/store/spool.ts'
import type { HealthReader } from './health-reader.ts'
import type { ArchiveState } from './raw-archiver.ts'
import { lastWord } from './watchdog-liveness.ts'
import { pathsOf } from './worker-desk.ts'

interface DeepHealthParts {
  readonly settings: Settings
  readonly reader: Pick<HealthReader, 'latest'>
  readonly system: SystemView
  readonly archive: () => ArchiveState
}

export function deepHealthView({
  settings,
  reader,
  system,
  archive,
}: DeepHealthParts): () => Promise<DeepHealth> {
  const { contract, drift, file } = settings.contract
  const { runtime_dir: runtimeDir } = contract.paths
  const metricsUrl = settings.config.values['target.metrics_url']
  return async () => {
    const { health, now, historyReadable } = reader.latest()
    const { agent, target, watchdog, intake, scrape } = await system.read()
    const { writtenTo, failing } = archive()
    return {
      ...health,
      gathered_at: isoText(now.wall),
      gathered_age_ms: 0,
      agent,
      target: { ...target, metrics_url: metricsUrl },
      runtime_contract: {
        ...health.runtime_contract,
        file,
        paths: await pathsOf(contract),
        // What was found may be anything that somebody put into a variable (AU5).
        drift: drift.map((fault) => redacted(describeFaults([fault]))),
      },
      intake,
      scrape,
      journals: {
        readable: historyReadable,
        files: await Promise.all(JOURNALS.map((journal) => journalState(contract.paths, journal))),
      },
      watchdog: { running: watchdog.running, last_word: toldOf(await lastWord(runtimeDir)) },
      archive: { written_to: isoText(writtenTo), failing },
    }
  }
}

async function journalState(
  { state_dir: stateDir, runtime_dir: runtimeDir }: Settings['contract']['contract']['paths'],
  journal: JournalName,
): Promise<DeepHealth['journals']['files'][number]> {
  const file = journalPath(stateDir, journal)
  const there = await stat(file).catch(() => null)
  return { journal, file, bytes: there?.size ?? null, waiting: waitingIn(stateDir, runtimeDir, journal) }
}

/** null: the spool cannot be read, which is part of what is told. */
function waitingIn(stateDir: string, runtimeDir: string, name: JournalName): number | null {
  try {
    return openSpool({ stateDir, runtimeDir, name }).rows().length
  } catch {
    return null
  }
}

function toldOf(word: WatchdogStatus | null): DeepHealth['watchdog']['last_word'] {
  if (word === null) return null
  const { at, state, problem, target, rungs } = word
  return { said_at: isoText(at), state, problem, target, rungs }
}

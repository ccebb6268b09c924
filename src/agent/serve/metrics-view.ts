/** Gathers what `/metrics` says, at the moment it is asked for. */
import { ownMetrics } from '#domain/exposition/own-metrics.ts'
import type { ProbeTally } from '#domain/exposition/probe-tally.ts'
import { recentAttempts, RestartTally } from '#domain/exposition/restart-tally.ts'
import { expositionText } from '#domain/exposition/text.ts'
import { isGuardLatched } from '#domain/journal/questions.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { SystemView } from '#agent/api/routes/system-status.ts'
import type { ArchiveState } from './raw-archiver.ts'
import type { HealthReader } from './health-reader.ts'
import { lastWord } from './watchdog-liveness.ts'

interface MetricsViewParts {
  readonly reader: Pick<HealthReader, 'latest'>
  readonly system: SystemView
  readonly contract: RuntimeContract
  readonly driftFindings: () => number | null
  readonly probes: Pick<ProbeTally, 'counts'>
  readonly archive: () => ArchiveState
}

export function metricsView({
  reader,
  system,
  contract,
  driftFindings,
  probes,
  archive,
}: MetricsViewParts): () => Promise<string> {
  const restarts = new RestartTally()
  const count = () => {
    const { view, historyReadable } = reader.latest()
    return restarts.counted(historyReadable ? view.history : null)
  }
  // What is there at the start is not new.
  count()
  return async () => {
    const { health, view, now, historyReadable } = reader.latest()
    const { user, system: kernel } = process.cpuUsage()
    const families = ownMetrics({
      health,
      historyReadable,
      guardLatched: !historyReadable || isGuardLatched(view.history, view.input.config, now),
      contract: { version: contract.version, driftFindings: driftFindings() },
      system: await system.read(),
      watchdogSeenAt: (await lastWord(contract.paths.runtime_dir))?.at ?? null,
      probes: probes.counts(),
      restarts: count(),
      recentAttempts: recentAttempts(view.history, now),
      archive: archive(),
      agentCpuSeconds: (user + kernel) / 1_000_000,
    })
    return expositionText(families)
  }
}

/** What the last hour brought: the raw samples that have a lane on its axis, and the rows of the audit that changed something. */
import { onScopeDispose, type ShallowRef } from 'vue'
import { isChange } from '#domain/audit/changes.ts'
import type { AuditRecord } from '#domain/audit/record.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import type { RawStream } from '#domain/schemas/raw-v1.ts'
import type { EpochMs } from '#domain/time.ts'
import type { AgentApi, Attempt } from '#web/api/agent-api.ts'
import { CHART_WINDOWS } from '#web/chart-window.ts'
import { sampleReader } from '#web/composables/sample-reader.ts'
import { useFeed } from '#web/composables/use-feed.ts'
import { useSignedInApi } from '#web/composables/use-signed-in-api.ts'
import type { Observation } from '#web/compute/protocol.ts'
import { type ComputeClient, createComputeClient } from '#web/compute/worker-client.ts'
import { useAgentClock } from '#web/stores/agent-clock.ts'
import type { Feed } from '#web/stores/feed.ts'
import { useLiveStore } from '#web/stores/live.ts'

export const HOUR = CHART_WINDOWS['1h']

/** Requests, by far the most, have no lane. */
const STREAMS: readonly RawStream[] = ['pool', 'breaker', 'probe', 'restarts']
/** A stretch of the axis is half a minute: nobody sees a tenth of it. */
const SAMPLES_PACE = { intervalMs: 5000, staleAfterMs: 20_000 } as const
const AUDIT_PACE = { intervalMs: 30_000, pushedIntervalMs: 60_000, staleAfterMs: 90_000 } as const
/** Refusals fill pages too; who needs more of them is better off in the audit itself. */
const AUDIT_PAGES_MAX = 4

export interface AuditedChanges {
  /** Newest first. */
  readonly rows: readonly AuditRecord[]
  /** There are earlier rows in this hour that were not read. */
  readonly isCut: boolean
}

export interface LastHour {
  readonly samples: Readonly<ShallowRef<Feed<Observation>>>
  readonly changes: Readonly<ShallowRef<Feed<AuditedChanges>>>
}

export function useLastHour(
  config: () => MetricsConfig,
  { compute = createComputeClient() }: { compute?: ComputeClient } = {},
): LastHour {
  const api = useSignedInApi()
  const clock = useAgentClock()
  const live = useLiveStore()
  const readSamples = sampleReader({ api, compute, streams: STREAMS })
  onScopeDispose(() => compute.close())

  const { feed: samples } = useFeed({
    ...SAMPLES_PACE,
    read: (attempt) => readSamples({ ...HOUR, config: config(), wantsCharts: true }, attempt),
  })
  const { feed: changes } = useFeed({
    ...AUDIT_PACE,
    read: (attempt) => auditedChanges(api, clock.toAgent(Date.now()) - HOUR.windowMs, attempt),
    wake: () => [live.audit, live.everything],
    isPushed: () => live.isUp,
  })
  return { samples, changes }
}

async function auditedChanges(
  api: Pick<AgentApi, 'auditPage'>,
  since: EpochMs,
  attempt: Attempt,
): Promise<AuditedChanges> {
  const rows: AuditRecord[] = []
  const query = { from: new Date(since).toISOString() }
  let cursor: string | null = null
  for (let read = 0; read < AUDIT_PAGES_MAX; read += 1) {
    const page = await api.auditPage(query, cursor, attempt)
    rows.push(...page.rows.filter(({ action }) => isChange(action)))
    cursor = page.next
    if (cursor === null) break
  }
  return { rows, isCut: cursor !== null }
}

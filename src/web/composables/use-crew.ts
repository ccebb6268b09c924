/** While a restart is under way: how far its workers have been replaced, by the process table that the agent samples. */
import { computed, type ComputedRef, shallowRef, watch } from 'vue'
import type { ProcessColumns } from '#domain/metrics/columns.ts'
import { columnFaults } from '#domain/schemas/raw-columns.ts'
import { type CrewChange, crewChange } from '#domain/metrics/crew.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import { readRawPage } from '#web/compute/raw-page.ts'
import { useSignedInApi } from '#web/composables/use-signed-in-api.ts'
import { useNow } from '#web/composables/use-now.ts'

/** As often as the agent samples it would be half as often; a step that lights up late is no step. */
const EVERY_MS: DurationMs = 2000
/** From before the signal to the end of the watchdog's patience, and a few rows at that. */
const WINDOW_MS: DurationMs = 180_000

/** `signalledAt` is null while there is nothing to follow. What was seen last stays when that ends. */
export function useCrew(signalledAt: () => EpochMs | null): ComputedRef<CrewChange | null> {
  const api = useSignedInApi()
  const { now } = useNow({ everyMs: EVERY_MS })
  const process = shallowRef<ProcessColumns | null>(null)
  const since = shallowRef<EpochMs | null>(null)
  let isReading = false

  async function read(): Promise<void> {
    if (isReading || signalledAt() === null) return
    isReading = true
    since.value = signalledAt()
    try {
      const attempt = { signal: new AbortController().signal, onRetry: () => {} }
      process.value = processIn(await api.rawPage({ windowMs: WINDOW_MS }, attempt, ['process']))
    } catch {
      // It only says more of what the watchdog tells anyhow; that the agent does not answer stands elsewhere.
    } finally {
      isReading = false
    }
  }
  watch([now, signalledAt], () => void read(), { immediate: true })

  return computed(() =>
    process.value === null || since.value === null ? null : crewChange(process.value, since.value),
  )
}

function processIn(bytes: ArrayBuffer): ProcessColumns | null {
  const page = readRawPage(bytes)
  const columns = 'fault' in page ? null : page.stream('process')
  if (columns === null || 'code' in columns || columnFaults('process', columns).length > 0) return null
  const { t, pid, rss_bytes: rssBytes } = columns
  return { t, pid, rssBytes } as unknown as ProcessColumns
}

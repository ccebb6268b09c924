/** The trail for one filter: its newest page when the filter changes, older ones on demand, never two reads at once. */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import type { AuditRecord } from '#domain/audit/record.ts'
import type { EpochMs } from '#domain/time.ts'
import type { AuditQuery } from '#web/api/agent-api.ts'
import { useSignedInApi } from '#web/composables/use-signed-in-api.ts'
import { useLiveStore } from '#web/stores/live.ts'
import { problemView, type ProblemView } from '#web/problems.ts'

export interface Trail {
  readonly rows: readonly AuditRecord[]
  /** Where older ones begin; null: there are none. */
  readonly next: string | null
  /** null: nothing was read for this filter yet. */
  readonly readAt: EpochMs | null
  readonly isReading: boolean
  readonly problem: ProblemView | null
}

const NOTHING: Trail = { rows: [], next: null, readAt: null, isReading: false, problem: null }

export function useAuditTrail(query: () => AuditQuery): {
  trail: ShallowRef<Trail>
  again: () => Promise<void>
  older: () => Promise<void>
} {
  const api = useSignedInApi()
  const trail = shallowRef<Trail>(NOTHING)
  const live = useLiveStore()
  let running = new AbortController()
  /** Whoever has gone on to older rows is not sent back by a new one. */
  let isAtNewest = true

  async function read(cursor: string | null): Promise<void> {
    running.abort()
    isAtNewest = cursor === null
    running = new AbortController()
    const { signal } = running
    const before = trail.value
    trail.value = { ...before, isReading: true, problem: null }
    try {
      const page = await api.auditPage(query(), cursor, {
        signal,
        onRetry: (problem) => {
          if (!signal.aborted) trail.value = { ...trail.value, problem }
        },
      })
      if (signal.aborted) return
      const rows = cursor === null ? page.rows : [...before.rows, ...page.rows]
      trail.value = { rows, next: page.next, readAt: Date.now(), isReading: false, problem: null }
    } catch (error) {
      if (!signal.aborted) trail.value = { ...before, isReading: false, problem: problemView(error) }
    }
  }

  watch(
    // By what it says: an address may change without another filter.
    () => JSON.stringify(query()),
    () => {
      // Rows of another filter are not the answer to this one.
      trail.value = NOTHING
      void read(null)
    },
    { immediate: true },
  )
  watch(
    () => [live.audit, live.everything],
    () => isAtNewest && void read(null),
  )
  onScopeDispose(() => running.abort())

  return { trail, again: () => read(null), older: () => read(trail.value.next) }
}

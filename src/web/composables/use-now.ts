import { onScopeDispose, readonly, shallowRef, type ShallowRef } from 'vue'
import type { DurationMs, EpochMs } from '#domain/time.ts'

/** The time, moving: for ages that count on. */
export function useNow({
  everyMs = 1000,
  now = Date.now,
}: { everyMs?: DurationMs; now?: () => EpochMs } = {}): {
  now: Readonly<ShallowRef<EpochMs>>
} {
  const current = shallowRef<EpochMs>(now())
  const timer = setInterval(() => {
    current.value = now()
  }, everyMs)
  onScopeDispose(() => clearInterval(timer))
  return { now: readonly(current) }
}

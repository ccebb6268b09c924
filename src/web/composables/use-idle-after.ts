import { onScopeDispose, readonly, shallowRef, type ShallowRef, watch } from 'vue'
import type { DurationMs } from '#domain/time.ts'

/** A browser that is never idle shows it all the same. */
const LATEST_MS: DurationMs = 1500

/** True from the first idle moment after `isReady` on: what is below the first screen waits until that one stands. */
export function useIdleAfter(isReady: () => boolean): Readonly<ShallowRef<boolean>> {
  const isIdle = shallowRef(false)
  const show = () => {
    isIdle.value = true
  }
  let cancel = () => {}
  watch(
    isReady,
    (ready) => {
      if (!ready || isIdle.value) return
      cancel()
      cancel = whenIdle(show)
    },
    { immediate: true },
  )
  onScopeDispose(() => cancel())
  return readonly(isIdle)
}

function whenIdle(act: () => void): () => void {
  // Not every browser tells when it is idle.
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(act, LATEST_MS)
    return () => clearTimeout(timer)
  }
  const handle = requestIdleCallback(act, { timeout: LATEST_MS })
  return () => cancelIdleCallback(handle)
}

import { onScopeDispose, readonly, shallowRef, type ShallowRef, watch } from 'vue'
import type { DurationMs } from '#domain/time.ts'

/** What a source says, at most once in a while: at once where it was quiet before, else the newest when the while is over. */
export function useCalm<Value>(source: () => Value, everyMs: DurationMs): Readonly<ShallowRef<Value>> {
  const calm = shallowRef(source())
  let timer: ReturnType<typeof setTimeout> | null = null
  const rest = () => {
    timer = setTimeout(() => {
      timer = null
      if (calm.value === source()) return
      calm.value = source()
      rest()
    }, everyMs)
  }
  watch(source, (next) => {
    if (timer !== null) return
    calm.value = next
    rest()
  })
  onScopeDispose(() => {
    if (timer !== null) clearTimeout(timer)
  })
  return readonly(calm) as Readonly<ShallowRef<Value>>
}

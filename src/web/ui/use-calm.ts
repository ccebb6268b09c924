import { onScopeDispose, readonly, shallowRef, type ShallowRef, watch } from 'vue'
import type { DurationMs } from '#domain/time.ts'

/** Faster than that nobody reads. */
const BEAT_MS: DurationMs = 1000

const atBeat = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | null = null

/**
 * What a source says, for readers: at once where it was quiet before or it is urgent, else the newest at the next beat. One beat
 * for all: what changes together is laid out once.
 */
export function useCalm<Value>(
  source: () => Value,
  isUrgent: (next: Value, read: Value) => boolean = () => false,
): Readonly<ShallowRef<Value>> {
  const calm = shallowRef(source())
  let isBehind = false

  function take() {
    isBehind = false
    calm.value = source()
    atNextBeat(look)
  }
  function look() {
    if (isBehind) take()
  }

  watch(source, (next) => {
    if (atBeat.has(look) && !isUrgent(next, calm.value)) isBehind = true
    else take()
  })
  onScopeDispose(() => atBeat.delete(look))
  return readonly(calm) as Readonly<ShallowRef<Value>>
}

function atNextBeat(act: () => void): void {
  atBeat.add(act)
  timer ??= setTimeout(() => {
    timer = null
    const acts = [...atBeat]
    atBeat.clear()
    for (const one of acts) one()
  }, BEAT_MS)
}

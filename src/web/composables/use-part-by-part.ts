import { onScopeDispose, readonly, shallowRef, type ShallowRef } from 'vue'
import { nextTask } from '#web/next-task.ts'

/** How many of a page's parts are there: one more in each task, so that none of them is long on a slow machine. */
export function usePartByPart(parts: number): Readonly<ShallowRef<number>> {
  const shown = shallowRef(1)
  let isGone = false
  onScopeDispose(() => {
    isGone = true
  })

  async function showNext(): Promise<void> {
    await nextTask()
    if (isGone) return
    shown.value += 1
    if (shown.value < parts) await showNext()
  }

  void showNext()
  return readonly(shown)
}

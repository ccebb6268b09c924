/**
 * Out of the console as soon as it is out of service (SH3): the agent's push tells it, or the next poll, and a tab that was
 * frozen asks before it shows anything. The same address is loaded again, which then is the classic page's; what was
 * typed is handed over to its forms, and kept for the way back. The console itself ends at once: many tabs of one browser load one after the other,
 * and what goes on in those that wait only keeps all of them. The agent is told when the page really goes, and whether
 * it does so because of the switch (SH6): not when it means to.
 */
import { onScopeDispose, readonly, shallowRef, watch, type Ref } from 'vue'
import { useAgentApi } from '#web/composables/use-agent-api.ts'
import { useKeepTyped } from '#web/composables/use-keep-typed.ts'
import { useHealthStore } from '#web/stores/health.ts'
import { useSessionStore } from '#web/stores/session.ts'
import { useTypedWords } from '#web/stores/typed-words.ts'
import { takeUnsent } from '#web/unsent.ts'

export interface Leaving {
  /** Where a server still answers with the console, the classic page has an address of its own. */
  readonly reload: () => void
  readonly toClassic: () => void
}

const LEFT_KEY = 'holdfast:left'
/** A second time within it is no way out, but a circle. */
const CIRCLE_MS = 10_000

const BY_LOCATION: Leaving = {
  reload: () => location.reload(),
  toClassic: () => location.replace(new URL('classic', document.baseURI)),
}

export function useKillSwitch(
  leaving: Leaving = BY_LOCATION,
  view: EventTarget = window,
): { isLeaving: Readonly<Ref<boolean>> } {
  const api = useAgentApi()
  const health = useHealthStore()
  const session = useSessionStore()
  const typed = useTypedWords()
  const keeping = useKeepTyped()

  const isLeaving = shallowRef(false)
  let isObeying = false

  function leave(): void {
    isObeying = isLeaving.value = true
    keeping.keep()
    const handedOver = keeping.handOver()
    if (handedOver === null) go()
    else void handedOver.finally(go)
  }

  function go(): void {
    const last = Number(sessionStorage.getItem(LEFT_KEY) ?? 0)
    const now = Date.now()
    sessionStorage.setItem(LEFT_KEY, String(now))
    if (Math.abs(now - last) < CIRCLE_MS) leaving.toClassic()
    else leaving.reload()
  }

  function onPageHide(): void {
    api.left(isObeying ? 'obeyed' : 'closed')
    isObeying = false
  }

  view.addEventListener('pagehide', onPageHide)
  onScopeDispose(() => view.removeEventListener('pagehide', onPageHide))
  watch(
    () => health.isOutOfService,
    (isOut) => {
      if (isOut) leave()
    },
    { immediate: true },
  )
  watch(
    () => session.session?.user,
    (user) => {
      if (user !== undefined) typed.takeUp(takeUnsent(user))
    },
    { immediate: true },
  )
  return { isLeaving: readonly(isLeaving) }
}

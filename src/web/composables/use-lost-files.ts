/**
 * A tab from before a deploy may need a file that is not there any more (SH6). Loaded anew it is of the present release;
 * so it is, once: a build for which that was tried already is not loaded again, whatever is missing. Nor is a tab given up
 * while no document is to be had: what it shows of the last known state is then the best there is.
 */
import { onScopeDispose, readonly, shallowRef, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { useKeepTyped } from '#web/composables/use-keep-typed.ts'

export interface LoadingAnew {
  /** Which build this is: its file's name has the hash of all that it names. */
  readonly build: string
  /** Whether a document is to be had. */
  readonly isServed: () => Promise<boolean>
  readonly load: (address: string) => void
}

const TRIED_KEY = 'holdfast:loaded-anew'
/** A tab lives through few deploys. */
const TRIED_MAX = 20
const ASK_MS = 4000

const BY_LOCATION: LoadingAnew = {
  build: import.meta.url,
  isServed: async () => {
    const options = {
      headers: { accept: 'text/html' },
      cache: 'no-store',
      signal: AbortSignal.timeout(ASK_MS),
    } as const
    return (await fetch(document.baseURI, options)).ok
  },
  load: (address) => {
    if (new URL(address, location.href).href === location.href) location.reload()
    else location.assign(address)
  },
}

export function useLostFiles(anew: LoadingAnew = BY_LOCATION): { isIncomplete: Readonly<Ref<boolean>> } {
  const router = useRouter()
  const typed = useKeepTyped()
  const isIncomplete = shallowRef(false)
  let isLeaving = false
  /** Where the tab is on its way to. */
  let goal: string | null = null

  const lost = async () => {
    const address = goal ?? location.href
    if (isLeaving) return
    isLeaving = true
    const isServed = await anew.isServed().catch(() => false)
    if (isServed && isFirstTry(anew.build)) {
      typed.keep()
      anew.load(address)
      return
    }
    isLeaving = false
    isIncomplete.value = true
  }
  const onLost = () => void lost()

  // Said by the build for each file that is loaded when it is needed.
  addEventListener('vite:preloadError', onLost)
  const stop = [
    router.beforeEach((to) => {
      goal = router.resolve(to).href
    }),
    router.afterEach((to) => {
      // One that was given up for another way must not forget that one.
      if (goal === router.resolve(to).href) goal = null
    }),
    router.onError(() => {
      goal = null
      if (!isLeaving) isIncomplete.value = true
    }),
  ]
  onScopeDispose(() => {
    removeEventListener('vite:preloadError', onLost)
    for (const end of stop) end()
  })
  return { isIncomplete: readonly(isIncomplete) }
}

/** Where nothing can be kept, nobody could tell the second try from the first: there is none. */
function isFirstTry(build: string): boolean {
  try {
    const tried = (sessionStorage.getItem(TRIED_KEY) ?? '').split('\n').filter((one) => one !== '')
    if (tried.includes(build)) return false
    sessionStorage.setItem(TRIED_KEY, [...tried, build].slice(-TRIED_MAX).join('\n'))
    return sessionStorage.getItem(TRIED_KEY)?.includes(build) === true
  } catch {
    return false
  }
}

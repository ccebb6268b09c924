/** What the agent has put into the document: a verdict to be read at once, and the snapshot that the console begins with. */
import { SERVED_SNAPSHOT_ID, SERVED_VERDICT_ID } from '#domain/served-document.ts'
import type { EpochMs } from '#domain/time.ts'

export interface ServedText {
  readonly text: string
  /** When the document came, on this clock. */
  readonly readAt: EpochMs
}

/** null: the document came without, as from a development server. */
export function takeSnapshot(page: Document = document): ServedText | null {
  const block = page.getElementById(SERVED_SNAPSHOT_ID)
  if (block === null) return null
  block.remove()
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  const since = performance.now() - (navigation?.responseStart ?? 0)
  return { text: block.textContent, readAt: Date.now() - since }
}

/**
 * The pages that are out of service on their own, read before anything else of it: a broken page must not even be loaded
 * (SH5). What is not there, or not as expected, says nothing.
 */
export function servedRoutesOut(served: ServedText | null): string[] {
  try {
    const told = JSON.parse(served?.text ?? 'null') as {
      health?: { navigation?: { routes?: unknown } }
    } | null
    const routes = told?.health?.navigation?.routes
    return Array.isArray(routes) ? routes.map(String) : []
  } catch {
    return []
  }
}

/** What the console has to show first, once all of it is there. */
export const FIRST_SHOWN = 'main[aria-busy="false"] > :not([aria-busy="true"])'

/** The served verdict stays to be seen until the console has a page to show, and both change places in one frame. */
export function takeOver(page: Document = document): void {
  const served = page.getElementById(SERVED_VERDICT_ID)
  const app = page.getElementById('app')
  if (served === null || app === null) return
  const look = () => {
    if (app.querySelector(FIRST_SHOWN) === null) return
    observer.disconnect()
    served.remove()
  }
  const observer = new MutationObserver(look)
  observer.observe(app, { childList: true, subtree: true, attributeFilter: ['aria-busy'] })
  look()
}

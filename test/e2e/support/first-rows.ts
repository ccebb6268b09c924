/** What a page took until its first live rows: counted by the browser itself, to which everything came from one origin. */
import type { Page } from 'playwright-core'

export interface FirstRows {
  /** When the rows were in the page, since the navigation began. */
  readonly rowsMs: number
  /** What had been asked for until then, the document first. */
  readonly requests: readonly string[]
  /** Of their bodies, as they came over the line. */
  readonly bytes: number
  readonly lcpMs: number
  /** What was painted as the largest. */
  readonly lcpText: string
  readonly shift: number
}

interface Noted {
  rowsMs: number | null
  lcpMs: number
  lcpText: string
  shift: number
}

export interface FirstRowsWatch {
  /**
   * When they are there. Told by the page itself: Playwright's own way of waiting brings 250 KB of script into it, which are parsed
   * before the rows (60 ms of a processor four times as slow) and stay in its heap (0.7 MiB).
   */
  readonly there: Promise<unknown>
  /** With that script: what is to be measured without it is measured before. */
  readonly read: () => Promise<FirstRows>
}

const ROWS_MS_MAX = 30_000

/** Before the page is opened. */
export async function watchFirstRows(page: Page): Promise<FirstRowsWatch> {
  const { promise: there, resolve, reject } = Promise.withResolvers<null>()
  const late = setTimeout(() => reject(new Error('there is no live row')), ROWS_MS_MAX)
  await page.exposeFunction('rowsAreThere', () => {
    clearTimeout(late)
    resolve(null)
  })
  await page.addInitScript(() => {
    const noted: Noted = { rowsMs: null, lcpMs: 0, lcpText: '', shift: 0 }
    Object.assign(globalThis, { noted })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) noted.shift += (entry as unknown as { value: number }).value
    }).observe({ type: 'layout-shift', buffered: true })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        noted.lcpMs = entry.startTime
        noted.lcpText = (entry as unknown as { element: Element | null }).element?.textContent ?? ''
      }
    }).observe({ type: 'largest-contentful-paint', buffered: true })
    new MutationObserver((_changes, observer) => {
      if (document.querySelector('[data-live-row]') === null) return
      noted.rowsMs = performance.now()
      observer.disconnect()
      ;(globalThis as unknown as { rowsAreThere: () => void }).rowsAreThere()
    }).observe(document, { childList: true, subtree: true, attributeFilter: ['data-live-row'] })
  })
  return { there, read: () => firstRows(page) }
}

async function firstRows(page: Page): Promise<FirstRows> {
  // Sizes are told when an answer is complete.
  await page.waitForLoadState('load')
  return page.evaluate(() => {
    const noted = (globalThis as unknown as { noted: Noted }).noted
    const rowsMs = noted.rowsMs ?? Number.NaN
    const entries = ['navigation', 'resource']
      .flatMap((type) => performance.getEntriesByType(type) as PerformanceResourceTiming[])
      .filter(({ startTime }) => startTime <= rowsMs)
    return {
      rowsMs,
      requests: entries.map(({ name }) => name),
      bytes: entries.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
      lcpMs: noted.lcpMs,
      lcpText: noted.lcpText,
      shift: noted.shift,
    }
  })
}

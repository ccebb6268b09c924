/** Carries raw pages to the domain and the figures back; calculates nothing itself (FC1). */
import { Observer } from '#web/compute/observer.ts'
import type { TakePage, WorkerAnswer } from '#web/compute/protocol.ts'

const observer = new Observer()

// What is thrown in here is the worker's end, told to the page as if nothing had been awaited.
addEventListener('message', ({ data }: MessageEvent<TakePage>) => void answer(data).catch(reportError))

/** The page asks one thing after the other: what is awaited changes no order. */
async function answer({ id, page, question }: TakePage): Promise<void> {
  const charts = question.wantsCharts ? await import('#web/compute/chart-series.ts') : undefined
  postMessage({ id, taken: observer.take(page, question, charts?.chartsOf) } satisfies WorkerAnswer)
}

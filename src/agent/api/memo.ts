/** What is costly to gather is gathered once for all who ask at about the same time (OB5). */
import type { DurationMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'

export function memoised<T>(
  read: () => Promise<T>,
  { keptMs, clock }: { keptMs: DurationMs; clock: Pick<Clock, 'monotonicNow'> },
): () => Promise<T> {
  let held: { readonly reading: Promise<T>; readonly until: number } | null = null
  return () => {
    const now = clock.monotonicNow()
    if (held === null || held.until <= now) {
      const reading = read()
      held = { reading, until: now + keptMs }
      // A failure is told to whoever asked, and to nobody later.
      reading.catch(() => (held = null))
    }
    return held.reading
  }
}

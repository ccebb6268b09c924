import { setTimeout as pause } from 'node:timers/promises'

const LOOK_MS = 50

/** Waits for a condition, not for a time; what never comes true fails with its name. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  limitMs = 15_000,
): Promise<T> {
  const end = performance.now() + limitMs
  for (;;) {
    const seen = await look()
    if (seen !== null && seen !== undefined && seen !== false) return seen
    if (performance.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`)
    await pause(LOOK_MS)
  }
}

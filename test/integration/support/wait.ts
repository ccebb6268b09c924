import { setTimeout as delay } from 'node:timers/promises'

/**
 * Looks until there is something to return; a wait that ends in vain says what it waited for: as a function, where that
 * is only known at the end.
 */
export async function waitFor<T>(
  what: string | (() => string),
  look: () => Promise<T | null | false | undefined> | T | null | false | undefined,
  { withinMs = 15_000, everyMs = 40 } = {},
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() > deadline) {
      throw new Error(`waited ${withinMs} ms in vain for: ${typeof what === 'string' ? what : what()}`)
    }
    await delay(everyMs)
  }
}

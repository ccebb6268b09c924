import { setTimeout as delay } from 'node:timers/promises'

/** Looks until there is something to return; a wait that ends in vain says what it waited for. */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | null | false | undefined> | T | null | false | undefined,
  { withinMs = 15_000, everyMs = 40 } = {},
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for: ${what}`)
    await delay(everyMs)
  }
}

/**
 * One look for all who ask within the same turn of the event loop: their questions had come before it began, so none of
 * them hears of a state that had already changed when it asked.
 */
export function oncePerTurn<T>(look: () => T): () => T {
  let seen: { readonly value: T } | null = null
  return () => {
    if (seen === null) {
      seen = { value: look() }
      setImmediate(() => (seen = null))
    }
    return seen.value
  }
}

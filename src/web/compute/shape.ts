/** What was found in the place of something else, in a word: of a text not what it says, which may be a secret (AU5). */
export function shapeOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  return typeof value === 'string' ? 'a text' : 'an object'
}

/** What was found in the place of something else, in a word: of a text not what it says, which may be a secret (AU5). */
export function shapeOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return 'a text'
  if (Array.isArray(value)) return `a list of ${value.length}`
  return value === Object(value) ? 'an object' : String(value)
}

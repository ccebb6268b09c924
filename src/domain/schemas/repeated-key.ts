/**
 * A name that stands twice in one object of a JSON text. Every parser takes the last without a word, and a reader sees
 * the first: which of them was meant, nobody can tell.
 */
export interface RepeatedKey {
  readonly key: string
  readonly line: number
}

/** Whole strings, so that no brace inside of one counts; what else stands between is of no interest. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g

/** The first one; of a text that has been parsed already. */
export function repeatedKeyIn(json: string): RepeatedKey | null {
  const open: (Set<string> | null)[] = []
  let quoted = ''
  for (const { 0: token, index } of json.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(null)
    else if (token === '}' || token === ']') open.pop()
    else if (token !== ':') quoted = token
    else {
      const keys = open.at(-1)
      // Another spelling of a letter is the same name.
      const key = JSON.parse(quoted) as string
      if (keys?.has(key) === true) return { key, line: json.slice(0, index).split('\n').length }
      keys?.add(key)
    }
  }
  return null
}

/**
 * Text that somebody else wrote (a target, an operator, a flag): shown as text, never as more (SE8).
 * Control characters could move a terminal's cursor, bidi controls could turn a sentence around.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]+/gu

/** The same, for text of several lines, as a traceback. */
const UNSAFE_IN_LINES = /(?:(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029])+/gu

export function cleanLines(text: string): string {
  return text.replace(UNSAFE_IN_LINES, ' ')
}

/** A value out of somebody else's JSON with every text in it cleaned, names of fields too. */
export function cleanValue(value: unknown): unknown {
  return mapTexts(value, cleanLines)
}

/** The same value with each text in it replaced, names of fields too. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [change(key), mapTexts(inner, change)]),
  )
}

export function cleanText(text: string, charactersLimit = 200): string {
  const clean = text.replace(UNSAFE, ' ').trim()
  const characters = [...clean]
  return characters.length <= charactersLimit
    ? clean
    : `${characters.slice(0, charactersLimit - 1).join('')}…`
}

/**
 * For an answer that anybody may read (OB1, AU5): a target's message may carry addresses with user and
 * password, secrets written as `name=value`, or paths. The cut beforehand bounds the work.
 */
export function publicText(text: string, charactersLimit = 200): string {
  const masked = cleanText(text, charactersLimit * 8)
    .replace(/\b[a-z][a-z0-9+.-]{0,20}:\/\/\S+/giu, '(address)')
    .replace(/\b(password|passwd|pwd|secret|token|key|authorization)\s*[=:]\s*\S+/giu, '$1=(hidden)')
    .replace(/(?<![\w.])(?:\/[\w.@~+-]+)+\/?/gu, '(path)')
  return cleanText(masked, charactersLimit)
}

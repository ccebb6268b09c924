/**
 * Text that somebody else wrote (a target, an operator, a flag): shown as text, never as more (SE8).
 * Control characters could move a terminal's cursor, bidi controls could turn a sentence around.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]+/gu

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

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

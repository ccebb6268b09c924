/**
 * Text that somebody else wrote (a target, an operator, a flag): shown as text, never as more (SE8).
 * Control characters could move a terminal's cursor, bidi controls could turn a sentence around.
 */
import { mapTexts } from './map-texts.ts'
import { redacted } from './redaction.ts'

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

export function cleanText(text: string, charactersLimit = 200): string {
  const clean = text.replace(UNSAFE, ' ').trim()
  // The most by far, of each answer that a page reads: no text has more characters than units.
  if (clean.length <= charactersLimit) return clean
  const characters = [...clean]
  return characters.length <= charactersLimit
    ? clean
    : `${characters.slice(0, charactersLimit - 1).join('')}…`
}

/** What a person has typed, or a target has told, and is kept: in one line, and without secrets (AU5). */
export function keptText(text: string, charactersLimit: number): string {
  // Cut last: half of an address does not show any more that there is a password in it.
  return cleanText(redacted(cleanText(text, Infinity)), charactersLimit)
}

/**
 * For an answer that anybody may read (OB1): beyond secrets, a target's message may carry addresses and paths.
 * The cut beforehand bounds the work.
 */
export function publicText(text: string, charactersLimit = 200): string {
  const masked = redacted(cleanText(text, charactersLimit * 8))
    .replace(/\b[a-z][a-z0-9+.-]{0,20}:\/\/\S+/giu, '(address)')
    .replace(/(?<![\w.])(?:\/[\w.@~+-]+)+\/?/gu, '(path)')
  return cleanText(masked, charactersLimit)
}

import { cleanLines, cleanText } from '#domain/free-text.ts'

/** Longer than any sentence that is worth reading on a page. */
const TEXT_CHARACTERS_MAX = 500

/** Whatever text an answer carries is made safe to show before anybody holds it. */
export function parseSafely(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'string' ? cleanText(value, TEXT_CHARACTERS_MAX) : value,
  )
}

/** As long as the agent lets a line of a log be. */
const LINE_CHARACTERS_MAX = 2000

/** Lines of a log keep how far they are indented, by which a traceback is read, and are longer than sentences. */
export function parseLines(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'string' ? cleanLines(value.slice(0, LINE_CHARACTERS_MAX)) : value,
  )
}

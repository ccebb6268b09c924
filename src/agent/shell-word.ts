import { cleanText } from '#domain/free-text.ts'

/** For a shell, as one word, and for whoever copies it from a screen: what cannot be seen is written as its bytes. */
export function shellWord(text: string): string {
  if (cleanText(text, Infinity) !== text.trim())
    return `"$(printf '${[...Buffer.from(text)].map(octal).join('')}')"`
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

function octal(byte: number): string {
  return `\\${byte.toString(8).padStart(3, '0')}`
}

/** A number and its unit stay together. */
const UNIT_GAP = /(?<=\d) (?=(?:ms|s|min|h|d|MiB)\b)/g
const KEPT = '\u00a0'

/** Breaks a sentence between words; a word that is longer than a line has one of its own, and is not cut. */
export function wrapped(text: string, width: number): string[] {
  const words = text.replace(UNIT_GAP, KEPT).split(/[ \n\t]+/)
  const lines: string[] = []
  let line = ''
  for (const word of words.filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && [...longer].length > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line].filter((part) => part !== '').map((part) => part.replaceAll(KEPT, ' '))
}

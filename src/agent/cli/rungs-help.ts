import { RUNGS } from '#domain/journal/events.ts'
import { RUNG_WORDS } from '#domain/policy/ladder.ts'

const WIDTH = 100

/** What each rung does, what it does not do, and what stands before it: the domain's own words (WD16). */
export function rungsHelp(): string {
  return RUNGS.map((rung) => {
    const { effect, doesNot, guard } = RUNG_WORDS[rung]
    return [`  ${rung}`, ...[effect, doesNot, guard].flatMap((text) => wrapped(text, '    '))].join('\n')
  }).join('\n')
}

function wrapped(text: string, indent: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(`${indent}${word}`)
  }
  return lines
}

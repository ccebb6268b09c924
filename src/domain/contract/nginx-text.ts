/** The language of nginx's configuration, as far as it is needed: words that cannot be taken for anything else. */
import { HoldfastProblem } from '../problems.ts'

/** One argument, whatever it holds. Only a `$` begins a variable everywhere, and cannot be written otherwise. */
export function quoted(text: string): string {
  if (text.includes('$')) {
    throw new HoldfastProblem(
      'contract_invalid',
      `expected a text that nginx can be given, without "$"; found ${text}`,
    )
  }
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

/** A block with its lines set in. */
export function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...lines.map((line) => (line === '' ? '' : `    ${line}`)), '}']
}

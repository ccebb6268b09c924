import { keptText } from '#domain/free-text.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { OptionValues } from './command.ts'

const REASON_CHARACTERS_LIMIT = 500

/** A reason that says something: characters that show nothing are no reason. */
export function reasonOption({ reason }: OptionValues): string {
  const said = typeof reason === 'string' ? keptText(reason, REASON_CHARACTERS_LIMIT) : ''
  if (said === '')
    throw new HoldfastProblem('usage', '--reason TEXT is needed: it is recorded with your name')
  return said
}

import { HoldfastProblem } from '#domain/problems.ts'
import { cleanReason } from '#agent/operator/words.ts'
import type { OptionValues } from './command.ts'

/** A reason that says something: characters that show nothing are no reason. */
export function reasonOption({ reason }: OptionValues): string {
  const said = typeof reason === 'string' ? cleanReason(reason) : ''
  if (said === '')
    throw new HoldfastProblem('usage', '--reason TEXT is needed: it is recorded with your name')
  return said
}

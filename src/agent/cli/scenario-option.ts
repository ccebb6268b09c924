import { HoldfastProblem } from '#domain/problems.ts'
import { SCENARIOS, type Scenario } from '#domain/schemas/demonstration.ts'
import { suggestion } from '#domain/suggest.ts'
import type { OptionValues } from './command.ts'

export function scenarioOption({ scenario = 'tour' }: OptionValues): Scenario {
  const known = SCENARIOS.find((name) => name === scenario)
  if (known !== undefined) return known
  const near = suggestion(String(scenario), SCENARIOS)
  const hint = near === null ? `known: ${SCENARIOS.join(', ')}` : `did you mean "${near}"?`
  throw new HoldfastProblem('usage', `unknown scenario "${scenario}"; ${hint}`)
}

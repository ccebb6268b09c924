import { FIGURE_RULES, type FigureId, type MetricValue } from '#domain/metrics/rules.ts'

const POWERS_OF_TEN = [1, 10, 100, 1000, 10_000]
/** Up to here the error of scaling is far smaller than the distance from a tie that is asked for. */
const SCALED_LIMIT = 2 ** 40
const NEAR_A_TIE = 1e-3

/**
 * Half away from zero, on the exact value of the double: `toFixed` compares without a rounding error of its
 * own and takes the larger magnitude at a tie, which scaling by a power of ten does not. What is written as
 * 1.005 is a double a little below it, and so becomes 1.00: an exact baseline may differ there by one unit
 * of the last place, which each tolerance allows. The sum turns -0 into 0.
 */
export function roundHalfAway(value: number, places: number): number {
  const power = POWERS_OF_TEN[places]
  const scaled = Math.abs(value) * (power ?? Number.NaN)
  const whole = Math.floor(scaled)
  const rest = scaled - whole
  // Nearly always it is not a tie by far; then the same is had without a text in between.
  const isClear = scaled < SCALED_LIMIT && Math.abs(rest - 0.5) > NEAR_A_TIE
  if (power === undefined || !isClear) return Number(value.toFixed(places)) + 0
  return (Math.sign(value) * (rest < 0.5 ? whole : whole + 1)) / power + 0
}

/**
 * The only place where metrics are rounded: once, by their rules of the contract, after all that is calculated from the
 * exact ones. Where they are shown, which has the contract anyway: the console's worker gives them as they are.
 */
export function settleAll<Figures extends { readonly [Id in FigureId]?: MetricValue }>(
  exact: Figures,
): Figures {
  const settled: { [Id in FigureId]?: MetricValue } = {}
  for (const id of Object.keys(exact) as FigureId[]) settled[id] = settle(id, exact[id] ?? null)
  return settled as Figures
}

function settle(id: FigureId, exact: MetricValue): MetricValue {
  const { empty, places } = FIGURE_RULES[id]
  if (exact === null) return empty === 0 ? 0 : null
  return roundHalfAway(exact, places)
}

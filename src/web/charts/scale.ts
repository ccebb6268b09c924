/** The vertical scale of a chart: from zero to a round number, with few lines, in the unit in which it is read. */
import type { FigureId } from '#domain/metrics/contract.ts'
import { readableUnit } from '#domain/metrics/display.ts'

export interface Scale {
  readonly top: number
  readonly step: number
  /** From zero up, one per step. */
  readonly labels: readonly string[]
}

const ROUND = [1, 2, 2.5, 5, 10]
const STEPS = 4

/** Ends at or above `highest`; without anything above zero, at one of the unit. */
export function scaleUpTo(metric: FigureId, highest: number): Scale {
  const { factor, symbol } = readableUnit(metric, highest)
  const shown = highest > 0 ? highest * factor : 1
  const step = roundAbove(shown / STEPS)
  const steps = Math.max(1, Math.ceil(shown / step - 1e-9))
  const labels = Array.from({ length: steps + 1 }, (_, i) => `${numberText(i * step)} ${symbol}`.trim())
  return { top: (steps * step) / factor, step: step / factor, labels }
}

/** Where each place has a name. */
export function scaleOfLevels(labels: readonly string[]): Scale {
  return { top: labels.length - 1, step: 1, labels }
}

function roundAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const factor = ROUND.find((round) => value <= round * power * (1 + 1e-9)) ?? 10
  return factor * power
}

function numberText(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 4 })
}

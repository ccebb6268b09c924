/** A metric's value as people read it: the contract's rounding, never rounded further into a lie. */
import { type FigureId, METRICS, type MetricUnit } from '#domain/metrics/contract.ts'

export interface MetricText {
  readonly whole: string
  /** With its point; empty where the value is a whole number. */
  readonly fraction: string
  readonly unit: string
}

interface UnitLook {
  readonly factor: number
  /** Decimal places that the factor moves out of the fraction. */
  readonly shift: number
  readonly symbol: string
}

const LOOKS: Record<Exclude<MetricUnit, 'condition'>, UnitLook> = {
  count: { factor: 1, shift: 0, symbol: '' },
  per_second: { factor: 1, shift: 0, symbol: '/s' },
  ratio: { factor: 100, shift: 2, symbol: '%' },
  pct: { factor: 1, shift: 0, symbol: '%' },
  ms: { factor: 1, shift: 0, symbol: 'ms' },
  s: { factor: 1, shift: 0, symbol: 's' },
  h: { factor: 1, shift: 0, symbol: 'h' },
  bytes: { factor: 1, shift: 0, symbol: 'B' },
  bytes_per_h: { factor: 1, shift: 0, symbol: 'B/h' },
  score: { factor: 1, shift: 0, symbol: '' },
  factor: { factor: 1, shift: 0, symbol: '×' },
}

interface ReadableUnit {
  /** What is shown is the value times this. */
  readonly factor: number
  readonly symbol: string
}

const BINARY_PREFIXES = ['', 'Ki', 'Mi', 'Gi'] as const

/** The unit in which a value of this size is read: bytes by the thousand and twenty-four, all else as it is. */
export function readableUnit(id: FigureId, size: number): ReadableUnit {
  const { factor, symbol } = LOOKS[METRICS[id].unit]
  if (!symbol.startsWith('B')) return { factor, symbol }
  const step = BINARY_PREFIXES.findLastIndex((_, power) => Math.abs(size) >= 1024 ** power)
  const power = Math.max(0, step)
  return { factor: 1 / 1024 ** power, symbol: `${BINARY_PREFIXES[power]}${symbol}` }
}

/** As `metricText`, but of bytes no more digits than an eye takes in; the exact value belongs beside it. */
export function readableText(id: FigureId, value: number): MetricText {
  const { factor, symbol } = readableUnit(id, value)
  if (symbol === LOOKS[METRICS[id].unit].symbol) return metricText(id, value)
  const [whole = '', decimal = ''] = withDigits(value * factor, 1).split('.')
  return { whole, fraction: `.${decimal}`, unit: symbol }
}

/** Fixed places, so that a changing figure keeps its width; a whole number stands without them. */
export function metricText(id: FigureId, value: number): MetricText {
  const { unit, places } = METRICS[id]
  const { factor, shift, symbol } = LOOKS[unit]
  const digits = Math.max(0, places - shift)
  const text = withDigits(value * factor, digits)
  const [whole = text, decimals = ''] = text.split('.')
  return { whole, fraction: /^0*$/.test(decimals) ? '' : `.${decimals}`, unit: symbol }
}

/**
 * With a comma between thousands, as `Intl.NumberFormat('en')` writes it: to make one of those for each number of digits is among
 * the most that the first figures of a page cost a slow machine.
 */
function withDigits(value: number, digits: number): string {
  const [whole = '', decimals] = value.toFixed(digits).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return decimals === undefined ? grouped : `${grouped}.${decimals}`
}

/** What a column of `holdfast.raw/1` may hold, in words. By itself, because the console's worker only looks. */
import { BREAKER_STATES } from '../metrics/breaker.ts'
import type { ColumnFault, ColumnKind } from './raw-columns.ts'

export const TIME_EXPECTED = 'a time in milliseconds since the epoch'

const EXPECTED: Readonly<Record<ColumnKind, string>> = {
  time: `${TIME_EXPECTED}, not before the one above it`,
  number: 'a number',
  amount: `a number from 0 to ${Number.MAX_SAFE_INTEGER}`,
  duration: 'a number, not negative',
  flag: 'true or false',
  text: 'text or null',
  breakerState: `one of ${BREAKER_STATES.join(', ')}`,
  latency: 'a number, not negative; null only where ok is false',
  completion: 'a time not before t_requested; null only where success is false',
}

export function expectedText(expected: ColumnFault['expected']): string {
  return typeof expected === 'number' ? `${expected} values` : EXPECTED[expected]
}

export function faultText(
  { section, column, index, expected, found }: ColumnFault,
  textOf: (value: unknown) => string,
): string {
  return `${section}.${column}[${index}]: expected ${expectedText(expected)}, found ${textOf(found)}`
}

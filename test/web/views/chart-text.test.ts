import { expect, test } from 'vitest'
import { chartText, probeText, scaleOf } from '#web/views/observe/chart-text.ts'

test('a chart is told in a sentence: its range, and how much is missing', () => {
  expect(chartText('request.rate', [1.5, null, 3, null])).toBe(
    'Request rate over the window: between 1.500 /s and 3 /s, 2 of its stretches without data',
  )
  expect(chartText('request.error_ratio', [0, 0.5])).toBe('Error ratio over the window: between 0 % and 50 %')
  expect(chartText('request.rate', [null])).toBe('Request rate over the window: no data')
})

test('probes are counted by what was worst', () => {
  expect(probeText(['ok', 'ok', 'failed', 'degraded', null])).toBe(
    'Probes over the window: 2 stretches good, 1 degraded, 1 failed, 1 without data',
  )
})

test.each([
  ['request.p95_ms', [10, 4127.4], { value: 4127.4, label: '4,127 ms' }],
  ['request.error_ratio', [0.013], { value: 0.013, label: '1.30 %' }],
  ['request.rate', [0, null], { value: 0, label: '' }],
] as const)('the scale of %s over %j', (metric, series, scale) => {
  expect(scaleOf(metric, series)).toEqual(scale)
})

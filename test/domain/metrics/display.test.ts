import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FigureId } from '#domain/metrics/contract.ts'
import { metricText, readableText } from '#domain/metrics/display.ts'

function shown(id: FigureId, value: number): string {
  const { whole, fraction, unit } = metricText(id, value)
  return `${whole}${fraction} ${unit}`.trim()
}

test.each<[FigureId, number, string]>([
  ['request.count', 12_345, '12,345'],
  ['request.rate', 41.2, '41.200 /s'],
  ['request.rate', 0, '0 /s'],
  ['request.error_ratio', 0, '0 %'],
  ['request.error_ratio', 0.0031, '0.31 %'],
  ['request.error_ratio', 0.113, '11.30 %'],
  ['pool.saturation', 1, '100 %'],
  ['pool.saturation', 0.9999, '99.99 %'],
  ['probe.availability_pct', 99.999, '99.999 %'],
  ['request.p95_ms', 2843.12, '2,843.12 ms'],
  ['pool.time_above_warning_s', 4.5, '4.5 s'],
  ['slo.burn_rate_5m', 113, '113 ×'],
  ['request.apdex', 0.9, '0.900'],
  ['worker.rss_total_bytes', 2_147_483_648, '2,147,483,648 B'],
  ['worker.rss_growth_bytes_per_h', -1200, '-1,200 B/h'],
  ['worker.hours_to_limit', 12.5, '12.5 h'],
])('FC4 %s of %d reads "%s"', (id, value, expected) => {
  expect(shown(id, value)).toBe(expected)
})

test.each<[FigureId, number, string]>([
  ['worker.rss_total_bytes', 2_147_483_648, '2.0 GiB'],
  ['worker.rss_total_bytes', 412_340_224, '393.2 MiB'],
  ['worker.rss_total_bytes', 1023, '1,023 B'],
  ['worker.rss_total_bytes', 0, '0 B'],
  ['worker.rss_growth_bytes_per_h', -1_572_864, '-1.5 MiB/h'],
  ['request.p95_ms', 2843.12, '2,843.12 ms'],
])('in the console %s of %d reads "%s"', (id, value, expected) => {
  const { whole, fraction, unit } = readableText(id, value)
  expect(`${whole}${fraction} ${unit}`).toBe(expected)
})

test('a number reads as the language’s own formatter writes it', () => {
  const form = new Intl.NumberFormat('en', { minimumFractionDigits: 3, maximumFractionDigits: 3 })
  const figures = fc.oneof(
    // Rounded already, as a metric is.
    fc.integer({ min: -1e12, max: 1e12 }).map((thousandths) => thousandths / 1000),
    fc.integer({ min: -10_000_000, max: 10_000_000 }).map((thousandths) => thousandths / 1000),
    // Halfway between two.
    fc.integer({ min: -100_000, max: 100_000 }).map((sixteenths) => sixteenths / 16),
  )
  fc.assert(
    fc.property(figures, (value) => {
      const { whole, fraction } = metricText('request.rate', value)
      const written = form.format(value === 0 ? 0 : value)
      expect(`${whole}${fraction || '.000'}`).toBe(written)
    }),
  )
})

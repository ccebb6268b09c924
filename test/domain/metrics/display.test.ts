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

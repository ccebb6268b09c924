import { expect, test } from 'vitest'
import type { FigureId } from '#domain/metrics/contract.ts'
import { scaleUpTo } from '#web/charts/scale.ts'

test.each<[FigureId, number, readonly string[]]>([
  ['request.rate', 23, ['0 /s', '10 /s', '20 /s', '30 /s']],
  ['request.rate', 0, ['0 /s', '0.25 /s', '0.5 /s', '0.75 /s', '1 /s']],
  ['cache.miss_rate', 1, ['0 %', '25 %', '50 %', '75 %', '100 %']],
  ['request.error_ratio', 0.004, ['0 %', '0.1 %', '0.2 %', '0.3 %', '0.4 %']],
  ['request.count', 12, ['0', '5', '10', '15']],
  ['worker.rss_total_bytes', 31 * 2 ** 20, ['0 MiB', '10 MiB', '20 MiB', '30 MiB', '40 MiB']],
])('the scale of %s up to %d ends at a round number of its unit', (metric, highest, labels) => {
  const scale = scaleUpTo(metric, highest)
  expect(scale.labels).toEqual(labels)
  expect(scale.top).toBeGreaterThanOrEqual(highest)
  expect(scale.top / scale.step).toBeCloseTo(labels.length - 1, 9)
})

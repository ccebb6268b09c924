import { expect, test } from 'vitest'
import { METRICS } from '#domain/metrics/contract.ts'
import { renderMetricsPage } from '../../tools/render-metrics.ts'

test('FC2 docs/metrics.md has one row for each metric', () => {
  const rows = [...renderMetricsPage().matchAll(/^\| `([a-z0-9_]+\.[a-z0-9_]+)` \|/gm)].map(([, id]) => id)
  expect(rows.toSorted()).toEqual(Object.keys(METRICS).toSorted())
})

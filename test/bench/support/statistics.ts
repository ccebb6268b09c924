/** Figures of a sample: by nearest rank, so that each of them is a value that was really measured. */
export interface Summary {
  readonly n: number
  readonly median: number
  readonly p95: number
  readonly max: number
}

export function summary(values: readonly number[]): Summary {
  if (values.length === 0) throw new Error('nothing was measured')
  const sorted = values.toSorted((one, other) => one - other)
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
  return { n: values.length, median: at(0.5), p95: at(0.95), max: at(1) }
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/** Three digits that mean something: what is beyond them is noise. */
export function rounded(value: number): number {
  return Number(value.toPrecision(value >= 100 ? 4 : 3))
}

/** Names end in their unit, as `median_ms`. */
export function summaryIn(unit: string, values: readonly number[]): Record<string, number> {
  const { n, median, p95, max } = summary(values)
  return {
    n,
    [`median_${unit}`]: rounded(median),
    [`p95_${unit}`]: rounded(p95),
    [`max_${unit}`]: rounded(max),
  }
}

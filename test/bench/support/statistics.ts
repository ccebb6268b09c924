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

/**
 * How likely the ones would be as much above the others as they are, if both were alike: exact, over every way in
 * which each pair could have been the other way round.
 */
export function chanceOfMore(ones: readonly number[], others: readonly number[]): number {
  const differences = ones.map((one, index) => one - (others[index] ?? 0))
  const seen = total(differences)
  const ways = 2 ** differences.length
  let asMuch = 0
  for (let way = 0; way < ways; way += 1) {
    const sum = total(differences.map((difference, bit) => ((way >> bit) & 1 ? -difference : difference)))
    if (sum >= seen) asMuch += 1
  }
  return asMuch / ways
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

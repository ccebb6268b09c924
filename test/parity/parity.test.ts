import { beforeAll, expect, test } from 'vitest'
import { type MetricId, METRICS, type MetricSpec, type Metrics } from '#domain/metrics/contract.ts'
import { roundHalfAway } from '#domain/metrics/rounding.ts'
import { type Baseline, committedBaseline, committedText, documentText } from './baseline.ts'
import { allCases, measureText } from './cases.ts'
import { type Case, compareAll, verdictTable } from './compare.ts'
import { committedFixtures } from './fixtures.ts'

const IDS = Object.keys(METRICS) as MetricId[]
const COMMITTED = committedFixtures()

let cases: Case[]
let baselinesNow: Baseline[]
beforeAll(() => {
  cases = allCases()
  baselinesNow = cases.map(({ baseline }) => baseline)
}, 60_000)

test('FC5 every metric is within its tolerance of the baseline, over every document', () => {
  const verdicts = compareAll(cases)
  const failed = verdicts.filter(({ failures }) => failures.length > 0)
  expect(failed, verdictTable(verdicts)).toEqual([])
})

test.each(COMMITTED.map(({ name }, at) => [name, at] as const))(
  'FC5 %s: document and baseline are those that are committed, and the code agrees with them',
  (_, at) => {
    const fixture = COMMITTED[at] as (typeof COMMITTED)[number]
    expect(committedText(fixture), 'npm run parity').toBe(documentText(fixture))
    expect(committedBaseline(fixture), 'npm run parity').toEqual(baselinesNow[at])
    const found = measureText(committedText(fixture))
    const baseline = committedBaseline(fixture)
    expect(compareAll([{ name: fixture.name, found, baseline }]).flatMap(({ failures }) => failures)).toEqual(
      [],
    )
  },
)

test('FC5 the baseline rounds and tolerates as the contract says', () => {
  const said = Object.entries(baselinesNow[0] as Baseline).map(([id, { places, tolerance }]) => [
    id,
    { places, tolerance },
  ])
  const declared = Object.entries<MetricSpec>(METRICS).map(([id, { places, tolerance }]) => [
    id,
    { places, tolerance },
  ])
  expect(Object.fromEntries(said)).toEqual(Object.fromEntries(declared))
})

test.each(IDS)('FC5 %s is known in some documents, and unknown in one where it can be', (id) => {
  const values = cases.map(({ baseline }) => baseline[id].value)
  expect(values.filter((value) => value !== null && value !== 0 && value !== false)).not.toEqual([])
  expect(values.includes(null)).toBe(METRICS[id].empty === null)
})

/** As if the formula itself were wrong by so much: before the rounding. */
function planted(id: MetricId, wrong: (value: number) => number): Case[] {
  return cases.map((one) => {
    const value = one.found[id]
    if (typeof value !== 'number') return one
    return { ...one, found: withValue(one.found, id, roundHalfAway(wrong(value), METRICS[id].places)) }
  })
}

function withValue(found: Metrics, id: MetricId, value: number | boolean | null): Metrics {
  return { ...found, [id]: value }
}

function failedIds(wrong: readonly Case[]): MetricId[] {
  return compareAll(wrong)
    .filter(({ failures }) => failures.length > 0)
    .map(({ id }) => id)
}

const FIGURES = IDS.filter((id) => METRICS[id].unit !== 'condition')

test.each(FIGURES)('FC5 an error of 1 % in %s fails it, and it alone', (id) => {
  expect(failedIds(planted(id, (value) => value * 1.01))).toEqual([id])
  expect(failedIds(planted(id, (value) => value * 0.99))).toEqual([id])
})

test.each(FIGURES.filter((id) => METRICS[id].tolerance === 0))(
  'FC5 one more or less in %s fails it, and it alone',
  (id) => {
    expect(failedIds(planted(id, (value) => value + 1))).toEqual([id])
    expect(failedIds(planted(id, (value) => value - 1))).toEqual([id])
  },
)

test.each(IDS)('FC5 %s that is unknown, or known, in one document where it is not fails it alone', (id) => {
  const [first, ...others] = cases as [Case, ...Case[]]
  const { value } = first.baseline[id]
  const wrong = typeof value === 'boolean' ? !value : value === null ? 0 : null
  expect(failedIds([{ ...first, found: withValue(first.found, id, wrong) }, ...others])).toEqual([id])
})

test.each(IDS.filter((id) => METRICS[id].unit === 'condition'))(
  'FC5 %s is true in some documents and false in others',
  (id) => {
    const values = cases.map(({ baseline }) => baseline[id].value)
    expect(values).toContain(true)
    expect(values).toContain(false)
  },
)

test('FC5 a figure with more places than it is given fails, however near', () => {
  const [first, ...others] = cases as [Case, ...Case[]]
  const found = withValue(first.found, 'request.rate', (first.found['request.rate'] ?? 0) + 0.0004)
  expect(failedIds([{ ...first, found }, ...others])).toEqual(['request.rate'])
})

/** Every document with what the code and the baseline make of it. */
import { measureAll } from '#domain/metrics/measure.ts'
import type { Metrics } from '#domain/metrics/contract.ts'
import { findingText } from '#domain/schemas/findings.ts'
import { readRawFile } from '#domain/schemas/raw-file.ts'
import { baselinesOf, documentText } from './baseline.ts'
import type { Case } from './compare.ts'
import { committedFixtures, type Fixture, madeFixtures, millionRequests } from './fixtures.ts'

export function measureText(text: string): Metrics {
  const reading = readRawFile(text)
  if (!reading.ok) throw new Error(reading.findings.map(findingText).join('\n'))
  return measureAll(reading.value)
}

/** The committed documents come first, in their order. */
export function allCases(): Case[] {
  return casesOf([...committedFixtures(), ...madeFixtures(), millionRequests()])
}

function casesOf(fixtures: readonly Fixture[]): Case[] {
  const baselines = baselinesOf(fixtures)
  return fixtures.map((fixture, i) => ({
    name: fixture.name,
    found: measureText(documentText(fixture)),
    baseline: baselines[i] as Case['baseline'],
  }))
}

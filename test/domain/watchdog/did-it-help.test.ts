import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Evidence } from '#domain/journal/events.ts'
import { didItHelp } from '#domain/watchdog/did-it-help.ts'

const thresholds = { poolWarning: 0.9, errorRatio: 0.05 }
const WELL: Evidence = { healthy: true, saturation: 0.2, error_ratio: 0, reason: null }
const ILL: Partial<Evidence> = { healthy: false, reason: 'http_5xx' }

const ROWS: [
  title: string,
  before: Partial<Evidence>,
  after: Partial<Evidence> | null,
  helped: boolean | null,
][] = [
  ['ill before, well after', ILL, {}, true],
  ['ill before, ill after', ILL, ILL, false],
  ['ill before, not known after', ILL, null, null],
  ['well before, well after: there was nothing to help', {}, {}, null],
  ['well before, ill after', {}, ILL, false],
  ['a full pool, then an empty one', { saturation: 1 }, { saturation: 0.1 }, true],
  ['a full pool, then one exactly at the warning', { saturation: 1 }, { saturation: 0.9 }, false],
  ['a full pool, then one that does not tell', { saturation: 1 }, { saturation: null }, null],
  ['failing requests, then none', { error_ratio: 0.4 }, { error_ratio: 0.01 }, true],
  ['failing requests, then still too many', { error_ratio: 0.4 }, { error_ratio: 0.05 }, false],
  ['failing requests, then no requests', { error_ratio: 0.4 }, { error_ratio: null }, null],
  ['one trouble for another', ILL, { saturation: 1 }, false],
  ['one of two troubles is left', { ...ILL, saturation: 1 }, { saturation: 1 }, false],
]

test.each(ROWS)('WD14 %s', (_title, before, after, helped) => {
  const given = after === null ? null : { ...WELL, ...after }
  expect(didItHelp({ ...WELL, ...before }, given, thresholds).helped).toBe(helped)
})

const evidence: fc.Arbitrary<Evidence> = fc.record({
  healthy: fc.boolean(),
  saturation: fc.option(fc.constantFrom(0, 0.9, 1)),
  error_ratio: fc.option(fc.constantFrom(0, 0.05, 1)),
  reason: fc.constant(null),
})

test('WD14 help is claimed only where something was wrong and nothing is', () => {
  fc.assert(
    fc.property(evidence, fc.option(evidence), (before, after) => {
      const judged = didItHelp(before, after, thresholds)
      if (judged.helped === true) {
        expect(judged.before.length).toBeGreaterThan(0)
        expect(judged.after).toEqual([])
      }
      if (judged.helped === false) expect(judged.after.length).toBeGreaterThan(0)
    }),
  )
})

/** SH2: what came with the document is read by a shape that is rendered from the schemas, and then means what they say it means. */
import { expect, test } from 'vitest'
import type { Health } from '#domain/schemas/health.ts'
import { fits } from '#web/api/fits.ts'
import { readHealth } from '#web/api/health-reading.ts'
import { plainServedReading } from '#web/api/served-reading.ts'
import { OPERATOR } from '../console.ts'
import { sampleHealth } from '../sample-health.ts'
import { SAMPLE_STATUS } from '../sample-status.ts'

const snapshotOf = (health: unknown, others: object = {}) =>
  JSON.stringify({ at: 1, health, watchdog_running: true, ...others })

test.each<[string, Health]>([
  ['as it is in calm', sampleHealth()],
  ['without a breaker and a pool', sampleHealth({ circuit_breaker: null, database_pool: null })],
  ['with the kill switch', sampleHealth({ navigation: { engaged: false, routes: ['logs'] } })],
])('a snapshot %s is read as the schemas read it', (_what, health) => {
  const { verdict, ...read } = plainServedReading(snapshotOf(health))?.reading ?? { verdict: null }
  const { verdict: expected, ...byTheSchemas } = readHealth(health)
  expect(read).toEqual(byTheSchemas)
  expect(verdict?.({ watchdogRunning: true })).toEqual(expected({ watchdogRunning: true }))
})

test('it tells who asked for the document, that nobody did, or nothing', () => {
  const told = (others: object) => plainServedReading(snapshotOf(sampleHealth(), others))?.visitor
  expect(told({ visitor: { session: OPERATOR, status: SAMPLE_STATUS } })).toEqual({
    session: OPERATOR,
    status: SAMPLE_STATUS,
  })
  expect(told({ visitor: null })).toBeNull()
  expect(told({})).toBeUndefined()
})

test.each<[string, string]>([
  ['another status', snapshotOf({ ...sampleHealth(), status: 'splendid' })],
  ['no warnings', snapshotOf({ ...sampleHealth(), warnings: undefined })],
  ['a word for a number', snapshotOf({ ...sampleHealth(), age_ms: 'old' })],
  ['a negative counter', snapshotOf(sampleHealth({ route_cache: { l1_hits: -1, l2_hits: 0, misses: 0 } }))],
  [
    'half a session',
    snapshotOf(sampleHealth(), { visitor: { session: { user: 'ops' }, status: SAMPLE_STATUS } }),
  ],
  ['no health', snapshotOf(null)],
  ['a list', '[]'],
])('%s is left to the schemas, which say what is wrong', (_what, text) => {
  expect(plainServedReading(text)).toBeNull()
})

test('a shape without a rule fits everything, and each rule refuses what it names', () => {
  expect(fits({}, { any: ['thing'] })).toBe(true)
  expect(fits({ type: ['string', 'null'] }, null)).toBe(true)
  expect(fits({ type: 'object' }, [])).toBe(false)
  expect(fits({ items: { type: 'number' } }, [1, '2'])).toBe(false)
  expect(fits({ additionalProperties: { type: 'boolean' } }, { a: true, b: 0 })).toBe(false)
  expect(fits({ maximum: 3 }, 4)).toBe(false)
  expect(fits({ required: ['toString'] }, {})).toBe(false)
  expect(fits({ required: ['a'] }, { a: undefined })).toBe(false)
  expect(fits({ properties: { a: { type: 'string' } } }, { a: undefined })).toBe(true)
})

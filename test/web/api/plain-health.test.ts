/** SH2: a health payload in which nothing is missing means the same without the schemas; any other is theirs to read. */
import { expect, test } from 'vitest'
import type { Health } from '#domain/schemas/health.ts'
import { readHealth } from '#web/api/health-reading.ts'
import { plainHealth } from '#web/api/plain-health.ts'
import { sampleHealth } from '../sample-health.ts'
import { EARLY, ENVELOPED, REFUSED, SWITCHED_OFF, UNHEALTHY } from './recorded-payloads.ts'

test.each<[string, Health]>([
  ['in calm', sampleHealth()],
  ['without a breaker and a pool', sampleHealth({ circuit_breaker: null, database_pool: null })],
  ['with a time of another offset', sampleHealth({ since: '2026-02-08T01:00:00+08:00' })],
])('OB1 a payload %s is read as the schemas read it', (_what, health) => {
  const { verdict, ...read } = plainHealth(health) ?? { verdict: null }
  const { verdict: expected, ...byTheSchemas } = readHealth(health)
  expect(read).toEqual(byTheSchemas)
  expect(verdict?.({ watchdogRunning: true })).toEqual(expected({ watchdogRunning: true }))
})

test.each([
  ['null', null],
  ['a word', '<html>'],
  ['a malformed block', { ...sampleHealth(), database_pool: { runtime: {}, state: 'full' } }],
  ['no resilience', { ...sampleHealth(), resilience: undefined }],
  ['an early payload', EARLY],
  ['a refusal', REFUSED],
])('OB1 %s is left to the schemas', (_what, body) => {
  expect(plainHealth(body)).toBeNull()
})

test.each([
  ['enveloped', ENVELOPED],
  ['unhealthy', UNHEALTHY],
  ['with blocks that are switched off', SWITCHED_OFF],
])('OB1 one of an existing backend, %s, is read by the schemas or just as they do', (_what, body) => {
  const plain = plainHealth(body)
  if (plain !== null) expect(plain).toMatchObject({ ...readHealth(body), verdict: expect.any(Function) })
})

/** OB1: the console on a backend of before Holdfast. What it does not tell is missing, with the reason; no zero, no guess. */
import { describe, expect, test } from 'vitest'
import { verdictOf, type Verdict } from '#domain/health/verdict.ts'
import type { ToldHealth } from '#domain/schemas/health.ts'
import { connect } from '#web/api/endpoints.ts'
import type { HealthReading } from '#web/api/health-reading.ts'
import {
  EARLY,
  ENVELOPED,
  REFUSED,
  SWITCHED_OFF,
  UNHEALTHY,
  UNHEALTHY_ENVELOPED,
} from './recorded-payloads.ts'

function read(payload: unknown, status = 200): Promise<HealthReading> {
  const answer = new Response(JSON.stringify(payload), {
    status,
    headers: { 'content-type': 'application/json' },
  })
  const api = connect('http://existing.test/', { fetch: async () => answer })
  return api.health({ signal: new AbortController().signal, onRetry: () => {} })
}

function toldBy({ health }: HealthReading): ToldHealth {
  if (health.kind !== 'read') throw new Error(health.fault)
  return health.value
}

const verdictOn = (reading: HealthReading): Verdict => verdictOf(toldBy(reading), { watchdogRunning: null })
const inBrowserZone = (naive: string) => new Date(naive).toISOString()

describe('an enveloped payload', () => {
  test('is read as the bare one, whatever else it carries', async () => {
    const reading = await read(ENVELOPED)
    // Of each reading it is another function.
    const { verdict } = reading
    expect({ ...(await read(ENVELOPED.data)), verdict }).toEqual(reading)
    expect(reading.dropped).toEqual([])
    expect(toldBy(reading)).toMatchObject({
      status: 'healthy',
      services: { database: 'ok', redis: 'ok' },
      database_pool: { state: { saturation: 0.1333 } },
      runtime_contract: { version: '2026.02.3', valid: true },
    })
    expect(reading.policy).toMatchObject({ value: { state: 'allowed', attempts_in_window: 1 } })
    expect(verdictOn(reading)).toMatchObject({ level: 'healthy', headline: 'The service is well' })
  })

  test('WD18 times without an offset are local, and those with one stay what they are', async () => {
    expect(toldBy(await read(ENVELOPED))).toMatchObject({
      checked_at: inBrowserZone('2026-02-08T04:05:06.789'),
      since: inBrowserZone('2026-02-08T01:00:00'),
    })
    const told = toldBy(await read({ ...ENVELOPED.data, since: '2026-02-08T01:00:00+08:00' }))
    expect(told.since).toBe('2026-02-07T17:00:00.000Z')
  })

  test('BI1 a time that is none costs itself, and is named', async () => {
    const reading = await read({ ...ENVELOPED.data, since: 12 })
    expect(toldBy(reading).since).toBeNull()
    expect(reading.dropped).toEqual(['since: expected string, found 12'])
  })
})

describe('a payload of before the policy', () => {
  test('has a verdict of what it tells', async () => {
    const reading = await read(EARLY)
    expect(reading.dropped).toEqual([])
    expect(verdictOn(reading)).toMatchObject({
      level: 'degraded',
      headline: 'The target reports: Redis unavailable, L1 cache only',
      detail: expect.stringContaining('It tells nothing of its connection pool.'),
    })
  })

  test('FC4 what it does not tell is null or missing, and is nowhere 0', async () => {
    const reading = await read(EARLY)
    expect(toldBy(reading)).toMatchObject({
      checked_at: null,
      age_ms: null,
      since: null,
      circuit_breaker: null,
      database_pool: null,
      system_memory: null,
      runtime_contract: null,
    })
    expect([reading.policy, reading.churn]).toEqual([{ kind: 'missing' }, { kind: 'missing' }])
  })

  test('nothing is advised and nothing promised in its name', async () => {
    const told = toldBy(await read(EARLY))
    expect(verdictOf(told, { watchdogRunning: true })).toMatchObject({
      byItself: 'Not known: this backend tells nothing of its restart policy.',
      nextStep: expect.stringMatching(/^Not known: this backend recommends nothing/),
    })
  })
})

describe('a payload with parts switched off', () => {
  test('says so of them, and has no fault', async () => {
    const reading = await read(SWITCHED_OFF)
    expect(reading.dropped).toEqual([])
    expect(toldBy(reading)).toMatchObject({
      services: { database: 'ok', redis: 'disabled' },
      circuit_breaker: null,
      route_cache: null,
      switched_off: ['circuit_breaker', 'route_cache'],
    })
    expect(verdictOn(reading).detail).toContain('Its breaker is switched off.')
    expect(verdictOn(reading).detail).toContain('It tells nothing of its connection pool.')
  })

  test('a policy without its churn is read all the same', async () => {
    const reading = await read(SWITCHED_OFF)
    expect(reading.policy.kind).toBe('read')
    expect(reading.churn.kind).toBe('missing')
  })
})

describe('with status 503', () => {
  test.each([
    ['the bare payload', UNHEALTHY],
    ['an enveloped one', UNHEALTHY_ENVELOPED],
  ])('%s is an answer', async (_, payload) => {
    const reading = await read(payload, 503)
    expect(reading.policy).toMatchObject({ value: { state: 'circuit_gated' } })
    expect(verdictOn(reading)).toMatchObject({
      level: 'unhealthy',
      headline: 'The database cannot be reached',
      nextStep: expect.stringContaining('Check that the database runs'),
    })
  })

  test('an error in the place of the payload is unhealthy, in its own words', async () => {
    const reading = await read(REFUSED, 503)
    expect(toldBy(reading)).toMatchObject({
      status: 'unhealthy',
      degraded_reason: 'SERVICE_UNAVAILABLE',
      errors: ['Connection pool exhausted; retry later'],
    })
    expect(verdictOn(reading).level).toBe('unhealthy')
  })
})

test.each([
  ['a status that is none', { status: 'splendid' }, /^status: expected .*splendid/],
  ['no status', { services: {} }, /^status: expected .* found nothing/],
  ['an envelope around nothing', { success: true, data: null }, /^status: expected/],
])('BI1 %s has no verdict, and says where', async (_, payload, fault) => {
  expect((await read(payload)).health).toMatchObject({
    kind: 'malformed',
    fault: expect.stringMatching(fault),
  })
})

test('BI1 a recommendation that nobody here knows costs itself, not the verdict', async () => {
  const { resilience } = ENVELOPED.data
  const recovery_recommendation = { action: 'reboot_everything', reason: 'x' }
  const reading = await read({
    ...ENVELOPED.data,
    resilience: { ...resilience, recovery_recommendation },
  })
  expect(toldBy(reading).resilience.recovery_recommendation).toBeNull()
  expect(reading.dropped).toEqual([expect.stringContaining('resilience.recovery_recommendation.action')])
})

import { expect, test } from 'vitest'
import { readHealth } from '#web/api/health-reading.ts'
import { MalformedAnswer } from '#web/problems.ts'
import { sampleHealth } from '../sample-health.ts'

test('OB1 a sound answer is read whole', () => {
  const reading = readHealth(sampleHealth())
  expect(reading.health).toEqual({ kind: 'read', value: { ...sampleHealth(), switched_off: [] } })
  expect(reading.policy).toMatchObject({ kind: 'read', value: { state: 'allowed' } })
  expect(reading.churn).toMatchObject({ kind: 'read', value: { threshold: 3 } })
  expect(reading.dropped).toEqual([])
})

test('BI1 a malformed block that may be missing is taken as missing, and named', () => {
  const body = { ...sampleHealth(), database_pool: { runtime: {}, state: 'full' }, warnings: 'many' }
  const { health, dropped } = readHealth(body)
  expect(health).toMatchObject({ kind: 'read', value: { database_pool: null, warnings: [] } })
  expect(dropped).toContain('database_pool.state: expected object, found "full"')
  expect(dropped).toContain('warnings: expected array, found "many"')
})

test('BI1 a malformed policy state costs the verdict and itself, not the churn', () => {
  const { resilience } = sampleHealth()
  const policy_state = { ...resilience.policy_state, state: 'banana' }
  const reading = readHealth({ ...sampleHealth(), resilience: { ...resilience, policy_state } })
  expect(reading.health.kind).toBe('malformed')
  expect(reading.policy).toMatchObject({
    fault: expect.stringMatching(/^resilience\.policy_state\.state: .*"banana"$/),
  })
  expect(reading.churn.kind).toBe('read')
})

test.each([[null], ['<html>'], [undefined]])('BI1 %j is no health answer', (body) => {
  expect(() => readHealth(body)).toThrow(MalformedAnswer)
})

test('OB1 an answer without its resilience block has a verdict, and no policy that anybody made up', () => {
  const reading = readHealth({ ...sampleHealth(), resilience: undefined })
  expect(reading.health).toMatchObject({ value: { status: 'healthy', resilience: { policy_state: null } } })
  expect([reading.policy, reading.churn]).toEqual([{ kind: 'missing' }, { kind: 'missing' }])
})

test('BI1 a resilience block that is none is malformed, and says where', () => {
  const reading = readHealth({ ...sampleHealth(), resilience: 'good' })
  expect(reading.health).toEqual({ kind: 'malformed', fault: 'resilience: expected object, found "good"' })
})

import { expect, test } from 'vitest'
import { REHEARSAL_STEPS, rehearsalReasons, rehearsalReport, type Walk } from '#domain/release/rehearsal.ts'

const IN_TIME = { took_ms: 800, target_ms: 30_000 }
const steps = REHEARSAL_STEPS.map((step) => ({ step, ok: true, took_ms: 10, detail: '' }))
const sync: Walk = {
  worker_class: 'sync',
  steps,
  requests: 200,
  requests_failed: 0,
  bare: { requests: 100, requests_failed: 0 },
  requests_failed_allowed: 0,
}
const without = (name: string) => steps.map((one) => (one.step === name ? { ...one, ok: false } : one))

test.each<[string, Partial<Walk>, { took_ms: number | null; target_ms: number }, string[]]>([
  ['came about', {}, IN_TIME, []],
  ['lost a request', { requests_failed: 1 }, IN_TIME, ['requests_lost']],
  ['sent none', { requests: 0 }, IN_TIME, ['load_missing']],
  ['took too long back', {}, { ...IN_TIME, took_ms: 30_001 }, ['rollback_late']],
  ['did not walk back', {}, { ...IN_TIME, took_ms: null }, ['rollback_not_walked']],
  ...REHEARSAL_STEPS.filter((name) => name !== 'rolled_back').map(
    (name): [string, Partial<Walk>, typeof IN_TIME, string[]] => [
      `has not come to ${name}`,
      { steps: without(name) },
      IN_TIME,
      [name],
    ],
  ),
])('MG4 a rehearsal that %s', (_, fault, rollback, codes) => {
  const walks = [{ ...sync, ...fault }]
  const reasons = rehearsalReasons(walks, rollback)
  expect(reasons.map(({ code }) => code)).toEqual(codes)
  const done = { ok: reasons.length === 0, root: '/tmp/r', target: 'gunicorn', walks, rollback, reasons }
  const { outcome, findings } = rehearsalReport(done)
  expect([outcome, findings.length]).toEqual([codes.length === 0 ? 'passed' : 'failed', codes.length])
})

test('MG4 what a bare SIGHUP lost stands beside what the guarded reload lost', () => {
  const walks = [{ ...sync, bare: { requests: 120, requests_failed: 6 } }]
  const { figures } = rehearsalReport({
    ok: true,
    root: '',
    target: '',
    walks,
    rollback: IN_TIME,
    reasons: [],
  })
  const of = (name: string) => figures.find((one) => one.name === name)?.value
  expect([of('sync: requests failed'), of('sync: requests failed at a bare SIGHUP')]).toEqual([0, 6])
})

test.each([
  ['from the request until all are new', steps, 20],
  ['not walked where one is still old', without('workers_replaced'), 'not walked'],
])('MG4 the time of the replacement is %s', (_, walked, value) => {
  const { figures } = rehearsalReport({
    ok: true,
    root: '',
    target: '',
    walks: [{ ...sync, steps: walked }],
    rollback: IN_TIME,
    reasons: [],
  })
  expect(figures.find(({ name }) => name === 'sync: workers replaced within')?.value).toBe(value)
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RestartAsk } from '#domain/journal/events.ts'
import type { RestartFlag } from '#domain/schemas/restart-flag.ts'
import { judgeClaim, type ClaimedBefore, type ClaimInput } from '#domain/watchdog/claim.ts'

const NOW = 1_770_000_000_000
const OVERRIDE: RestartFlag = {
  user: 'ops',
  ip: '10.0.0.4',
  manual_override: true,
  override_acknowledged: true,
  override_reason: 'disk swapped',
  request_id: 'r-1',
}
const RECORDED: RestartAsk = {
  request_id: 'r-1',
  source: 'manual',
  rung: 'roll',
  override: { acknowledged: true, reason: 'disk swapped', passes: [] },
  claimed: null,
  actor: { name: 'user:ops', ip: '10.0.0.4' },
}

function judge(flag: RestartFlag | string, over: Partial<ClaimInput> = {}) {
  const content = typeof flag === 'string' ? flag : JSON.stringify(flag)
  return judgeClaim({
    claimId: 'c-1',
    content,
    sizeBytes: content.length,
    ownerUid: 33,
    allowedUids: [0, 33],
    writtenAt: NOW - 1000,
    now: NOW,
    requestTtlMs: 120_000,
    trustFlags: false,
    known: () => null,
    ...over,
  })
}
const knowing = (before: Partial<ClaimedBefore>): Partial<ClaimInput> => ({
  known: (id) => (id === 'r-1' ? { recorded: null, outcome: null, attempted: false, ...before } : null),
})

test.each(['', '{}'])('WD7 %j is a plain manual request by the owner of the file', (content) => {
  expect(judge(content)).toEqual({
    kind: 'request',
    ask: {
      request_id: 'flag-c-1',
      source: 'manual',
      rung: 'reload',
      override: null,
      claimed: {},
      actor: { name: 'flag:uid=33', ip: null },
    },
    warnings: [],
  })
})

test('WD7 what was recorded and says the same speaks for its author', () => {
  expect(judge(OVERRIDE, knowing({ recorded: RECORDED }))).toEqual({
    kind: 'request',
    ask: { ...RECORDED, claimed: OVERRIDE },
    warnings: [],
  })
})

const FORGED: [title: string, flag: RestartFlag, over: Partial<ClaimInput>][] = [
  ['nothing was recorded', OVERRIDE, {}],
  ['it has no id', { ...OVERRIDE, request_id: null }, knowing({ recorded: RECORDED })],
  ['another reason', { ...OVERRIDE, override_reason: 'because' }, knowing({ recorded: RECORDED })],
  ['it passes more', { ...OVERRIDE, override_passes: ['preflight'] }, knowing({ recorded: RECORDED })],
  ['a plain request was recorded', OVERRIDE, knowing({ recorded: { ...RECORDED, override: null } })],
  [
    'another user than was recorded',
    OVERRIDE,
    knowing({ recorded: { ...RECORDED, claimed: { ...OVERRIDE, user: 'eve' } } }),
  ],
]

test.each(FORGED)('WD7 an override is not authenticated: %s', (_title, flag, over) => {
  expect(judge(flag, over)).toMatchObject({
    kind: 'request',
    ask: { override: null, rung: 'reload', actor: { name: 'flag:uid=33', ip: null }, claimed: flag },
    warnings: ['override_not_authenticated'],
  })
})

test('WD9 a forged flag does not use up the request whose id it borrows', () => {
  const verdict = judge({ ...OVERRIDE, override_reason: 'because' }, knowing({ recorded: RECORDED }))
  expect(verdict).toMatchObject({ ask: { request_id: 'flag-c-1' } })
})

test('WD7 the old trust can be restored, and the actor is still the owner of the file', () => {
  expect(judge(OVERRIDE, { trustFlags: true })).toMatchObject({
    ask: {
      override: { acknowledged: true, reason: 'disk swapped', passes: [] },
      actor: { name: 'flag:uid=33' },
    },
    warnings: [],
  })
})

test('WD12 the machine overrides nothing, trusted or not', () => {
  const verdict = judge({ ...OVERRIDE, source: 'auto' }, { trustFlags: true })
  expect(verdict).toMatchObject({ ask: { source: 'auto', override: null }, warnings: [] })
})

const outcome = { kind: 'refused' as const, reason: 'x', at: { wall: 0, monotonic: 0, boot: 'b' } }

test.each<[string, Partial<ClaimedBefore>]>([
  ['its outcome is written', { outcome }],
  ['its attempt was begun', { attempted: true }],
  ['it was recorded, and its outcome is written', { recorded: RECORDED, outcome }],
])('WD7 no request is processed twice: %s', (_title, before) => {
  expect(judge(OVERRIDE, knowing(before))).toEqual({ kind: 'settled', requestId: 'r-1' })
})

test.each([
  ['exactly as old as allowed', 120_000, 'request'],
  ['a millisecond older', 120_001, 'expired'],
  ['from the future', -3_600_000, 'request'],
])('WD7 the age of a flag: %s', (_title, age, kind) => {
  expect(judge(OVERRIDE, { writtenAt: NOW - age }).kind).toBe(kind)
})

test.each<[string, string, Partial<ClaimInput>, string]>([
  ['of somebody else', '{}', { ownerUid: 1000 }, 'foreign_owner'],
  ['larger than any flag', '{}', { sizeBytes: 65_537 }, 'oversize'],
  ['no text', '{}', { content: null }, 'not_utf8'],
  ['no JSON', 'restart!', {}, 'malformed'],
  ['no object', '[]', {}, 'malformed'],
  ['deeper than any writer goes', `{"x": ${'['.repeat(30_000)}${']'.repeat(30_000)}}`, {}, 'malformed'],
  ['of wrong types', '{"manual_override": 1, "user": 2}', {}, 'malformed'],
])('WD7 rejected, with what is wrong: %s', (_title, content, over, reason) => {
  const verdict = judge(content, over)
  expect(verdict).toMatchObject({ kind: 'rejected', reason })
  expect(verdict.kind === 'rejected' && verdict.findings.length).toBeGreaterThan(0)
})

test('WD7 exactly at the size limit is a flag', () => {
  expect(judge('{}', { sizeBytes: 65_536 }).kind).toBe('request')
})

test('AU5 a recorded request that held a secret is still known by its flag, and goes on without it', () => {
  const reason = 'moved to postgres://app:hunter2@db'
  const flag = { ...OVERRIDE, override_reason: reason, extra: { db_password: 'hunter2' } }
  const override = { acknowledged: true, reason, passes: [] }
  const verdict = judge(flag, knowing({ recorded: { ...RECORDED, override, claimed: flag } }))
  expect(verdict).toMatchObject({
    kind: 'request',
    ask: { actor: RECORDED.actor, override: { reason: 'moved to postgres://***@db' } },
    warnings: [],
  })
  expect(JSON.stringify(verdict)).not.toContain('hunter2')
})

test('WD7 whatever a flag says, it never gains an authority that was not recorded', () => {
  const flag = fc.record(
    {
      user: fc.string(),
      source: fc.constantFrom('auto' as const, 'manual' as const),
      manual_override: fc.boolean(),
      override_acknowledged: fc.boolean(),
      override_reason: fc.constantFrom('', 'disk swapped', 'x'),
      override_passes: fc.array(fc.constant('preflight' as const), { maxLength: 1 }),
      request_id: fc.constantFrom('r-1', 'r-2', ''),
      rung: fc.constantFrom('reload', 'service'),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(flag, fc.boolean(), (given, hasRecord) => {
      const verdict = judge(given, hasRecord ? knowing({ recorded: RECORDED }) : {})
      if (verdict.kind !== 'request') return
      const { ask } = verdict
      const isRecorded = ask.actor.name === 'user:ops'
      if (isRecorded) expect({ ...ask, claimed: null }).toEqual(RECORDED)
      else expect(ask).toMatchObject({ override: null, rung: 'reload', actor: { name: 'flag:uid=33' } })
      if (!hasRecord) expect(isRecorded).toBe(false)
    }),
  )
})

test('BI1 any bytes end in a verdict', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (content) => {
      expect(['request', 'rejected']).toContain(judge(content).kind)
    }),
  )
})

import { expect, test } from 'vitest'
import { AUDIT_ACTIONS } from '#domain/audit/actions.ts'
import { auditRecord, type AuditRecord } from '#domain/audit/record.ts'
import type { JournalEvent } from '#domain/journal/events.ts'
import { POLICY_PRESETS, policySettingsOf } from '#domain/policy/config.ts'
import {
  actor,
  ask,
  decision,
  Diary,
  external,
  intent,
  latched,
  outcome,
  refusal,
  released,
} from '../journal/diary.ts'
import { lastRecordOf, recordsOf } from './trail-of.ts'

const override = { acknowledged: true, reason: 'the cache is poisoned', passes: [] }
const overridden = {
  ...decision,
  decision: 'manual_override' as const,
  reason: 'operator_override_acknowledged',
}
const started: JournalEvent = {
  type: 'watchdog_started',
  version: '2',
  contract_version: '7',
  new_history: true,
}

type Row = [string, (diary: Diary) => Diary, Partial<AuditRecord>]

/** What the last row of each diary reads as; fields that are not named here are looked at by the tests below. */
const ROWS: Row[] = [
  [
    'a request with an override',
    (diary) =>
      diary.write({
        type: 'request_recorded',
        ask: ask('r', { override, actor: { name: 'user:a', ip: '10.0.0.4' } }),
      }),
    {
      action: 'request_recorded',
      actor: 'user:a',
      ip: '10.0.0.4',
      source: 'manual',
      request_id: 'r',
      override_reason: override.reason,
    },
  ],
  [
    'a flag that was taken up',
    (diary) =>
      diary.write({
        type: 'request_claimed',
        ask: ask('r', { claimed: { user: 'ops', extra: [1] }, actor: { name: 'flag:uid=33', ip: null } }),
        warnings: ['override_not_authenticated'],
      }),
    {
      actor: 'flag:uid=33',
      claimed: { user: 'ops', extra: [1] },
      detail: 'override_not_authenticated',
      decision: null,
    },
  ],
  [
    'a refusal',
    (diary) => diary.write(refusal('1')),
    {
      decision: 'blocked',
      reason: 'cooldown_override_required',
      request_id: 'r-1',
      thresholds: {},
      success: null,
    },
  ],
  [
    'a flag that was none',
    (diary) =>
      diary.write({ type: 'flag_rejected', reason: 'oversize', file: '/run/rejected/x', owner_uid: 33 }),
    {
      actor: 'flag:uid=33',
      source: 'external',
      decision: 'rejected',
      reason: 'oversize',
      detail: '/run/rejected/x',
    },
  ],
  [
    'flags that nobody saw',
    (diary) => diary.write({ type: 'flags_unseen', count: 2 }),
    { actor: 'unknown', source: 'external', detail: '2 flags' },
  ],
  [
    'a restart that begins',
    (diary) => diary.write(intent('1')),
    {
      decision: 'allowed',
      reason: decision.reason,
      policy_state_before: 'allowed',
      policy_state_after: 'restarting',
    },
  ],
  [
    'a verified restart, under the name of whoever asked',
    (diary) => diary.attempt('1', { detail: '2 workers were replaced' }),
    {
      actor: actor.name,
      decision: 'executed',
      reason: 'signal_sighup',
      success: true,
      request_id: 'r-1',
      policy_state_before: 'restarting',
      policy_state_after: 'cooldown',
      detail: '2 workers were replaced',
    },
  ],
  [
    'an override that was signalled and not verified',
    (diary) =>
      diary
        .write(intent('1', { decision: overridden, ask: ask('r-1', { override }) }))
        .write(outcome('1', { success: false, reason: 'restart_timeout' })),
    {
      decision: 'manual_override',
      reason: 'restart_timeout',
      success: false,
      override_reason: override.reason,
    },
  ],
  [
    'a restart that was not even signalled',
    (diary) => diary.attempt('1', { signalled: false, success: false, reason: 'signal_failed' }),
    { decision: 'failed', success: false, policy_state_after: 'allowed' },
  ],
  [
    'an outcome of which nobody knows the intent',
    (diary) => diary.write(outcome('gone')),
    { actor: 'watchdog', decision: 'executed', request_id: null },
  ],
  [
    'a request that ended before any signal',
    (diary) =>
      diary.write({ type: 'request_recorded', ask: ask('r') }).write({
        type: 'request_ended',
        request_id: 'r',
        reason: 'preflight_failed',
        detail: 'ImportError\n  at x',
      }),
    {
      actor: actor.name,
      decision: 'failed',
      reason: 'preflight_failed',
      detail: 'ImportError\n  at x',
      request_id: 'r',
    },
  ],
  [
    'a release',
    (diary) => diary.write(latched).write(released),
    {
      actor: actor.name,
      reason: 'looked into it',
      policy_state_before: 'guarded',
      policy_state_after: 'allowed',
    },
  ],
  [
    'a latch',
    (diary) => diary.write(external).write(external).write(external).write(latched),
    { actor: 'watchdog', reason: 'churn', detail: 'churn 3 in 600 s', policy_state_after: 'guarded' },
  ],
  [
    'a pause with an end',
    (diary) =>
      diary.write({
        type: 'paused',
        actor,
        reason: 'deploy',
        until: Date.parse('2026-02-08T04:00:00Z'),
        request_id: 'w-1',
      }),
    {
      reason: 'deploy',
      detail: 'until 2026-02-08T04:00:00.000Z',
      request_id: 'w-1',
      policy_state_before: 'allowed',
      policy_state_after: 'paused',
    },
  ],
  [
    'a resume',
    (diary) =>
      diary
        .write({ type: 'paused', actor, reason: 'deploy', until: null })
        .write({ type: 'resumed', actor, reason: '' }),
    { reason: null, policy_state_before: 'paused', policy_state_after: 'allowed' },
  ],
  [
    'somebody else’s restart',
    (diary) => diary.write(external),
    { actor: 'unknown', source: 'external', decision: 'external', detail: 'somebody' },
  ],
  [
    'a change of the target',
    (diary) =>
      diary.write({
        type: 'target_changed',
        from: 'serving',
        to: 'master_missing',
        detail: 'there is no pid file',
      }),
    { reason: 'master_missing', detail: 'before: serving, there is no pid file' },
  ],
  ['a start', (diary) => diary.write(started), { detail: 'version 2, a new history', contract_version: '7' }],
  ['a stop', (diary) => diary.write({ type: 'watchdog_stopped', reason: 'SIGTERM' }), { reason: 'SIGTERM' }],
  [
    'an import',
    (diary) => diary.write({ type: 'history_imported', file: 'state file', entries: [] }),
    { detail: '0 entries of state file' },
  ],
  [
    'an account that was added',
    (diary) =>
      diary.write({ type: 'account_changed', actor, account: 'ops', change: 'added', role: 'viewer' }),
    { actor: actor.name, source: 'manual', reason: 'added', detail: 'account ops, viewer' },
  ],
  [
    'a token that was created',
    (diary) =>
      diary.write({
        type: 'token_changed',
        actor,
        change: 'created',
        id: '3f9a0c1e',
        name: 'ci',
        role: 'viewer',
        until: 0,
      }),
    { reason: 'created', detail: 'token 3f9a0c1e (ci), viewer, until 1970-01-01T00:00:00.000Z' },
  ],
  [
    'the kill switch',
    (diary) =>
      diary.write({
        type: 'navigation_changed',
        actor,
        change: 'engaged',
        route: null,
        reason: 'blank page',
        files: ['state/navigation.off'],
        request_id: 'r-9',
      }),
    {
      actor: actor.name,
      reason: 'blank page',
      success: true,
      detail: 'engaged: all routes, state/navigation.off',
      request_id: 'r-9',
    },
  ],
  [
    'a rollback',
    (diary) =>
      diary.write({
        type: 'rolled_back',
        actor,
        parts: ['navigation'],
        reason: 'blank page',
        success: false,
        took_ms: 31_000,
        target_ms: 30_000,
        steps: [
          { part: 'navigation', name: 'health', outcome: 'failed', took_ms: 30_000, detail: 'no health' },
        ],
        request_id: 'r-10',
      }),
    {
      actor: actor.name,
      reason: 'blank page',
      success: false,
      detail: 'navigation in 31.0 s of 30.0 s, health failed',
      request_id: 'r-10',
    },
  ],
  [
    'gates that were run',
    (diary) =>
      diary.write({
        type: 'gates_run',
        actor,
        run_id: 'one',
        commit: 'c'.repeat(40),
        build_hash: 'b'.repeat(64),
        results: [
          { gate: 'documentation', outcome: 'passed', evidence: 'e1' },
          { gate: 'rehearsal', outcome: 'not_run', evidence: 'e2' },
        ],
        request_id: 'r-10',
      }),
    { actor: actor.name, success: false, detail: 'build bbbbbbbbbbbb, 1 of 2 passed, rehearsal: not_run' },
  ],
  [
    'a gate that was waived',
    (diary) =>
      diary.write({
        type: 'gate_waived',
        actor,
        gate: 'rehearsal',
        name: 'Ana',
        reason: 'see 4711',
        until: 0,
        commit: null,
        build_hash: null,
        request_id: 'r-11',
      }),
    {
      reason: 'see 4711',
      detail: 'rehearsal, answered for by Ana, until 1970-01-01T00:00:00.000Z, build of no name',
    },
  ],
  [
    'a cutover that was refused',
    (diary) =>
      diary.write({
        type: 'cutover',
        actor,
        step: 'refused',
        success: false,
        commit: null,
        build_hash: 'b'.repeat(64),
        took_ms: null,
        reason: '',
        detail: 'rehearsal: it was not run here',
        request_id: 'r-12',
      }),
    {
      decision: 'blocked',
      success: false,
      detail: 'refused, build bbbbbbbbbbbb, rehearsal: it was not run here',
    },
  ],
  [
    'a sign-in link',
    (diary) => diary.write({ type: 'sign_in_link_made', actor, until: 0 }),
    { actor: actor.name, detail: 'until 1970-01-01T00:00:00.000Z' },
  ],
  [
    'a sign-in',
    (diary) =>
      diary.write({
        type: 'signed_in',
        actor: { name: 'user:ops', ip: '10.0.0.4' },
        way: 'password',
        role: 'operator',
      }),
    { actor: 'user:ops', ip: '10.0.0.4', reason: 'password', success: true, detail: 'operator' },
  ],
  [
    'a session that was ended for somebody',
    (diary) => diary.write({ type: 'session_ended', actor, holder: 'ann', address: '10.0.0.9' }),
    { actor: actor.name, success: true, detail: 'ann, from 10.0.0.9' },
  ],
  [
    'a refused sign-in that stands for others',
    (diary) =>
      diary.write({
        type: 'sign_in_refused',
        actor: { name: 'unknown', ip: '10.0.0.4' },
        reason: 'account_unknown',
        unrecorded: 7,
      }),
    {
      actor: 'unknown',
      decision: 'rejected',
      reason: 'account_unknown',
      success: false,
      detail: 'and 7 before it, not recorded one by one',
    },
  ],
  [
    'a prune',
    (diary) => diary.write({ type: 'pruned', rows: 40, last_hash: 'x', actor }),
    { actor: actor.name, source: 'manual', detail: 'rows 1 to 40' },
  ],
]

test.each(ROWS)('AU1 %s is a structured event', (_title, write, expected) => {
  const record = lastRecordOf(write(new Diary()).rows)
  expect(record).toMatchObject(expected)
  expect(auditRecord.safeParse(record).error).toBeUndefined()
})

test('AU1 each kind of event stands in the table above', () => {
  const seen = new Set(ROWS.map(([, write]) => write(new Diary()).rows.at(-1)?.event.type))
  expect(seen).toEqual(new Set(Object.keys(AUDIT_ACTIONS)))
})

test('AU1 id, time, place and hash are those of the row', () => {
  const record = lastRecordOf(new Diary().wait(123).write(latched).rows)
  expect(record).toMatchObject({ id: 'e1', seq: 1, journal: 'watchdog', time: '2026-02-08T03:00:00.123Z' })
})

test('AU1 thresholds and contract are those that were in force then, not those of today', () => {
  const strict = policySettingsOf({ ...POLICY_PRESETS, cooldownMs: 300_000 })
  const diary = new Diary()
    .write(external)
    .write({ ...started, thresholds: strict })
    .attempt('1', { helped: null })
    .wait(200_000)
    .write({ type: 'resumed', actor, reason: '' })
    .write({ ...started, contract_version: '8', thresholds: policySettingsOf(POLICY_PRESETS) })
    .write({ type: 'resumed', actor, reason: '' })
  const [first, , , , underStrict, , underPresets] = recordsOf(diary.rows)
  expect(first).toMatchObject({ contract_version: null, thresholds: policySettingsOf(POLICY_PRESETS) })
  expect(underStrict).toMatchObject({
    contract_version: '7',
    thresholds: strict,
    policy_state_before: 'cooldown',
  })
  expect(underPresets).toMatchObject({ contract_version: '8', policy_state_before: 'allowed' })
})

test('AU1 a decision by a circuit that only the target knew is shown as it was recorded', () => {
  const gated = {
    ...decision,
    decision: 'blocked' as const,
    reason: 'circuit_open',
    state: 'circuit_gated' as const,
  }
  const record = lastRecordOf(
    new Diary().write({ type: 'request_refused', ask: ask('r'), decision: gated }).rows,
  )
  expect(record).toMatchObject({ policy_state_before: 'circuit_gated', policy_state_after: 'circuit_gated' })
})

test.each<[string, unknown]>([
  ['a newer kind', { type: 'killswitch_engaged', by: 'ops' }],
  ['a known kind whose parts are missing', { type: 'intent' }],
  ['no event at all', { type: 'no_event' }],
])('SD4 %s is a record as well, and changes nothing of what is known', (_title, event) => {
  const diary = new Diary().write(latched)
  const rows = [
    ...diary.rows,
    { ...(diary.rows[0] as (typeof diary.rows)[0]), seq: 2, event: event as JournalEvent },
  ]
  const record = lastRecordOf(rows)
  expect(record).toMatchObject({
    action: (event as { type: string }).type,
    actor: 'unknown',
    policy_state_after: 'guarded',
  })
  expect(auditRecord.safeParse(record).success).toBe(true)
})

test('SE8 no text of a record can move a cursor or turn a sentence around; lines stay lines', () => {
  const claimed = { 'na\u202Eme': ['\u001b[2J', 3] }
  const diary = new Diary()
    .write({
      type: 'request_claimed',
      ask: ask('r\u0007', { claimed, override: { ...override, reason: '\u202Elive' } }),
      warnings: [],
    })
    .write({ type: 'request_ended', request_id: 'x', reason: 'a\u0000b', detail: 'one\n\ttwo\u009b' })
  const [first, second] = recordsOf(diary.rows)
  expect(first).toMatchObject({
    request_id: 'r ',
    override_reason: ' live',
    claimed: { 'na me': [' [2J', 3] },
  })
  expect(second).toMatchObject({ reason: 'a b', detail: 'one\n\ttwo ' })
})

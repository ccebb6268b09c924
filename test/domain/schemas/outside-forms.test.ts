import { expect, test } from 'vitest'
import { restartRequestOf } from '#domain/policy/flag-request.ts'
import { findingText, readWith, type Reading } from '#domain/schemas/findings.ts'
import { policySignals, unknownSignals } from '#domain/schemas/policy-signals.ts'
import { readRestartFlag } from '#domain/schemas/restart-flag.ts'
import { historyKind, historyTime, stateFile } from '#domain/schemas/state-file.ts'

const textsOf = (reading: Reading<unknown>) => (reading.ok ? [] : reading.findings.map(findingText))
const T = '2026-02-08T03:14:15+00:00'

test.each(['', ' \n', '{}', '{"source": null}', '\uFEFF{}'])(
  'WD7 %j asks for a plain manual restart',
  (content) => {
    const reading = readRestartFlag(content)
    expect(reading.ok && restartRequestOf(reading.value)).toEqual({ source: 'manual', override: null })
  },
)

test('WD7 the promised form is read, and what is unknown is kept', () => {
  const content = {
    user: 'ops',
    ip: '10.0.0.4',
    timestamp: '2026-02-08T03:14:15.926+00:00',
    worker_pid: 4242,
    source: 'manual',
    manual_override: true,
    override_acknowledged: true,
    override_reason: 'disk swapped',
    override_passes: ['preflight'],
    request_id: 'r-1',
    ticket: { number: 7 },
  }
  const reading = readRestartFlag(JSON.stringify(content))
  expect(reading).toEqual({ ok: true, value: content })
  expect(reading.ok && restartRequestOf(reading.value)).toEqual({
    source: 'manual',
    override: { acknowledged: true, reason: 'disk swapped' },
  })
})

test('WD12 an automatic request overrides nothing', () => {
  const fields = { manual_override: true, override_acknowledged: true, override_reason: 'x' }
  expect(restartRequestOf({ source: 'auto', ...fields })).toEqual({ source: 'automatic' })
})

test('WD12 override fields without manual_override are no override', () => {
  const fields = { override_acknowledged: true, override_reason: 'x' }
  expect(restartRequestOf(fields)).toEqual({ source: 'manual', override: null })
})

test.each([
  ['[1]', ['the document: expected an object, found a list of 1']],
  ['null', ['the document: expected an object, found null']],
  ['{"user": ', ['the document: expected JSON, found text that is none']],
  [
    '{"user": 7, "manual_override": "true"}',
    ['user: expected text, found 7', 'manual_override: expected true or false, found "true"'],
  ],
  ['{"source": "cron"}', ['source: expected one of "auto", "manual", found "cron"']],
  ['{"override_passes": ["identity"]}', ['override_passes[0]: expected "preflight", found "identity"']],
])('BI1 a flag that is none: %s', (content, texts) => {
  const found = textsOf(readRestartFlag(content))
  expect(found).toHaveLength(texts.length)
  for (const [index, text] of texts.entries()) expect(found[index]).toContain(text)
})

test('BI1 a flag that is no JSON is not quoted', () => {
  expect(textsOf(readRestartFlag('{"password": "hunter2"')).join()).not.toContain('hunter2')
})

test.each([
  [{ decision: 'executed', success: false }, 'attempt'],
  [{ decision: 'executed', success: true }, 'attempt'],
  [{ decision: 'manual_override', success: null }, 'attempt'],
  [{ decision: 'blocked', success: true }, 'none'],
  [{ decision: 'failed', success: true }, 'none'],
  [{ decision: 'external' }, 'external'],
  [{}, 'attempt'],
  [{ decision: null, success: true }, 'attempt'],
  [{ success: null }, 'attempt'],
  [{ success: false }, 'none'],
] as const)('WD3 what counts as an attempt: %j is %s', (entry, kind) => {
  expect(historyKind(entry)).toBe(kind)
})

test('WD11 an attempt is as old as its request, not as its completion', () => {
  expect(historyTime({ requested_at: T, completed_at: 'later' })).toBe(T)
  expect(historyTime({ requested_at: null, completed_at: T })).toBe(T)
  expect(historyTime({})).toBeNull()
})

test('WD18 a state file is read with what it says beyond the promise', () => {
  const file = {
    last_restart: null,
    history: [{ requested_at: '2026-02-08T03:14:15', success: true, extra: 1 }, { decision: 'blocked' }],
    history_limit: 50,
    written_by: 'somebody',
  }
  expect(readWith(stateFile, file)).toEqual({ ok: true, value: file })
  expect(readWith(stateFile, {})).toEqual({ ok: true, value: {} })
})

test('WD11 a history that cannot be read is never an empty one', () => {
  expect(
    textsOf(
      readWith(stateFile, {
        history: [
          { requested_at: 'yesterday' },
          { success: true },
          { decision: 'maybe', requested_at: T },
          7,
        ],
        history_limit: 0,
      }),
    ),
  ).toEqual([
    'history[0].requested_at: expected a time as ISO 8601, like 2026-02-08T03:14:15+00:00, found "yesterday"',
    'history[1]: expected requested_at or completed_at, since this entry is a restart, found an object',
    'history[2].decision: expected one of "executed", "manual_override", "blocked", "failed", "external", found "maybe"',
    'history[3]: expected an object, found 7',
    'history_limit: expected a number from 1, found 0',
  ])
  expect(textsOf(readWith(stateFile, { history: null }))).toEqual(['history: expected a list, found null'])
})

test('WD5 signals: what is missing is fine, what is wrong is named', () => {
  expect(readWith(policySignals, { circuit_state: null }).ok).toBe(true)
  expect(
    textsOf(
      readWith(policySignals, { circuit_state: 'open', database_reachable: 'no', guard_released_at: 'now' }),
    ),
  ).toEqual([
    'circuit_state: expected one of "CLOSED", "OPEN", "HALF_OPEN", found "open"',
    'database_reachable: expected true or false, found "no"',
    'guard_released_at: expected a time as ISO 8601, like 2026-02-08T03:14:15+00:00, found "now"',
  ])
})

test('BI1 a mistyped signal is told with the name that was meant', () => {
  expect(unknownSignals({ pausd: true, paused: true })).toEqual(['pausd (did you mean paused?)'])
})

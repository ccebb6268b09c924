/** What is read at 03:00, in 80 columns. */
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { statusLine, statusText, type TextStyle } from '#agent/cli/status-text.ts'
import { wrapped } from '#agent/cli/wrap.ts'
import type { StatusDocument } from '#agent/operator/read-status.ts'
import { composeHealth } from '#domain/health/compose.ts'
import { emptyState } from '#domain/journal/fold.ts'
import { POLICY_PRESETS } from '#domain/policy/config.ts'
import { policyViewOf } from '#domain/policy/view.ts'
import { workerStatusOf } from '#domain/policy/worker-status.ts'
import type { TargetHealth } from '#domain/schemas/health.ts'
import type { RestartLine, WorkerStatus } from '#domain/schemas/worker-api.ts'
import { isoText } from '#domain/time.ts'

const NOW = Date.UTC(2026, 1, 8, 3, 14, 15)
const PLAIN: TextStyle = { width: 80, colour: false, clock: (at) => isoText(at).slice(11, 19) }
const ago = (seconds: number) => isoText(NOW - seconds * 1000)

interface Change {
  told?: Partial<TargetHealth>
  worker?: Partial<WorkerStatus>
  document?: Partial<StatusDocument>
}

function documentOf({ told = {}, worker = {}, document = {} }: Change = {}): StatusDocument {
  const now = { wall: NOW, monotonic: 1_000_000, boot: 'a boot' }
  const health: TargetHealth = { status: 'healthy', services: { database: 'ok' }, ...told }
  const outcome = { kind: 'answered', health, httpStatus: 200, latencyMs: 4, at: NOW - 400 } as const
  const config = POLICY_PRESETS
  const view = policyViewOf({ config, history: emptyState, outcome, now })
  const { situation } = view
  const composed = composeHealth({
    outcome,
    since: NOW - 724_000,
    policy: { config, situation, lastCompletedAt: null, unhelpfulRestarts: 0 },
    pool: { warning: 0.9, critical: 1 },
    navigation: { engaged: false, routes: [] },
    contract: { version: '2026.11.1', valid: true },
    now: NOW,
  })
  const status = workerStatusOf({
    view,
    historyReadable: true,
    health: composed,
    watchdog: { running: true, problem: null, seen_at: ago(1), rungs: null },
    contract: { version: '2026.11.1', paths: [] },
    now,
  })
  return {
    at: isoText(NOW),
    source: 'agent',
    agent_problem: null,
    target: { name: 'holdfast-target.service', bind: '127.0.0.1:8080' },
    health: composed,
    worker: { ...status, ...worker },
    ...document,
  }
}

const LAST: RestartLine = {
  kind: 'attempt',
  request_id: 'r',
  requested_by: 'watchdog:target_failing',
  requested_at: ago(120),
  completed_at: ago(110),
  source: 'auto',
  decision: 'executed',
  decision_reason: 'signal_sighup',
  detail: '',
  success: true,
  manual_override: false,
  override_reason: null,
  helped: false,
}
const GUARD = { latched: true, latched_at: ago(65), released_at: null }
const PAUSE = { by: 'local:ops', reason: 'deploy of 4711', since: ago(300), until: ago(-1500) }
const POOL = {
  runtime: { max_capacity: 12 },
  state: { checked_out: 12, max_capacity: 12, saturation: 1 },
}

const CASES: readonly [string, Change][] = [
  ['well', {}],
  ['degraded', { told: { status: 'degraded', degraded_reason: 'pool_saturated', database_pool: POOL } }],
  ['guarded', { worker: { guard: GUARD, last_restart: LAST, unhelpful_restarts: 2 } }],
  ['paused', { worker: { pause: PAUSE } }],
  ['unwatched', { worker: { watchdog: { running: false, problem: null, seen_at: ago(400), rungs: null } } }],
  [
    'stuck',
    { worker: { watchdog: { running: true, problem: 'state_unreadable', seen_at: ago(1), rungs: null } } },
  ],
  ['unreadable', { worker: { history_readable: false, guard: { ...GUARD, latched_at: null } } }],
  [
    'everything at once, in long words, from the files',
    {
      told: { status: 'unhealthy', degraded_reason: `a ${'very '.repeat(60)}long reason` },
      worker: {
        guard: GUARD,
        pause: { ...PAUSE, reason: 'why '.repeat(100), by: `local:${'x'.repeat(60)}` },
        watchdog: { running: false, problem: null, seen_at: null, rungs: null },
        last_restart: {
          ...LAST,
          kind: 'external',
          detail: 'the master was restarted by somebody '.repeat(5),
        },
      },
      document: { source: 'files', agent_problem: '/run/holdfast/agent.sock is not there' },
    },
  ],
]

describe('the text', () => {
  test.each(CASES)('%s: no line is wider than the terminal, none ends in a blank', (_, change) => {
    for (const width of [80, 60, 100]) {
      const lines = statusText(documentOf(change), { ...PLAIN, width }).split('\n')
      for (const line of lines) {
        // One word that is longer than a line is not cut: it may be a path that somebody has to copy.
        if (!line.includes('xxxxx')) expect([...line].length, line).toBeLessThanOrEqual(width)
        expect(line).toBe(line.trimEnd())
      }
      expect(lines.length).toBeLessThan(60)
    }
  })

  test.each(CASES)('%s: colour only repeats what stands there', (_, change) => {
    const document = documentOf(change)
    const plain = statusText(document, PLAIN)
    expect(plain).toBe(stripVTControlCharacters(plain))
    const coloured = statusText(document, { ...PLAIN, colour: true })
    expect(coloured).not.toBe(plain)
    const words = (text: string) => text.split('\n').map((line) => line.trimEnd())
    expect(words(stripVTControlCharacters(coloured))).toEqual(words(plain))
  })

  test('how bad, since when, what it does by itself and the next step come first', () => {
    const text = statusText(documentOf(CASES[1]?.[1]), PLAIN)
    expect(text).toMatch(/^DEGRADED {4}The connection pool is full, for 12 min 4 s\.\n/)
    const order = ['DEGRADED', 'By itself', 'Next step', '$ holdfast restart', 'Restarts', 'Last', 'Seen']
    const places = order.map((word) => text.indexOf(word))
    expect(places).toEqual(places.toSorted((one, other) => one - other))
    expect(places[0]).toBe(0)
  })

  test('WD13 a pause says who, why, until when, and what ends it', () => {
    expect(statusText(documentOf({ worker: { pause: PAUSE } }), PLAIN)).toContain(
      [
        ' PAUSED     No automatic restarts: paused by local:ops 5 min ago, ends in',
        '            25 min. "deploy of 4711"',
        '            $ holdfast resume',
      ].join('\n'),
    )
  })

  test('WD4 a latched guard says since when, and what releases it, once', () => {
    const text = statusText(documentOf({ worker: { guard: GUARD } }), PLAIN)
    expect(text).toContain(' GUARDED    Restarted too often: nothing restarts by itself since 03:13:10')
    expect(text.match(/\$ holdfast guard release/g)).toHaveLength(1)
  })

  test('WD11 an unreadable history is no quiet one', () => {
    expect(statusText(documentOf(CASES[6]?.[1]), PLAIN)).toContain('The restart history cannot be read')
  })

  test('WD14 the last restart says by whom, when, and whether it helped', () => {
    const text = statusText(documentOf({ worker: { last_restart: LAST } }), PLAIN)
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'Last 03:12:15 (2 min ago), by watchdog:target_failing: verified; it did not help',
    )
  })

  test('without a watchdog no restart is suggested that nobody would carry out', () => {
    const told = { status: 'degraded', degraded_reason: 'pool_saturated', database_pool: POOL } as const
    const watchdog = { running: false, problem: null, seen_at: null, rungs: null }
    const text = statusText(documentOf({ told, worker: { watchdog } }), PLAIN)
    expect(text).toContain(' UNWATCHED  The watchdog does not run: nothing heals by itself')
    expect(text).not.toContain('$ holdfast restart')
  })

  test('what is read from the files says so, and why', () => {
    const text = statusText(documentOf(CASES[7]?.[1]), PLAIN)
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'The agent does not answer: /run/holdfast/agent.sock is not there',
    )
  })

  test('SE8 what others typed moves no cursor and turns no line around', () => {
    const evil = '\u001b[2J\u202egnp.exe\r\n\u0007'
    const pause = { ...PAUSE, reason: evil, by: evil }
    const document = documentOf({
      told: { status: 'degraded', degraded_reason: evil },
      worker: { pause, last_restart: { ...LAST, requested_by: evil } },
      document: { agent_problem: evil, source: 'files' },
    })
    for (const text of [statusText(document, PLAIN), statusLine(document)]) {
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }
  })
})

describe('the line for a log', () => {
  test('names what holds the machine, and carries no figure that runs by itself', () => {
    const cooling = { active: true, remaining_seconds: 41 }
    const document = documentOf({ worker: { guard: GUARD, pause: PAUSE, cooldown: cooling } })
    expect(statusLine(document)).toBe(
      'healthy · policy allowed · attempts 0 of 3 · GUARDED · PAUSED · next none',
    )
    const later = {
      ...document,
      worker: { ...document.worker, cooldown: { ...cooling, remaining_seconds: 9 } },
    }
    expect(statusLine(later)).toBe(statusLine(document))
  })
})

describe('wrapping', () => {
  test.each([
    ['a bb ccc', 4, ['a bb', 'ccc']],
    ['', 10, []],
    ['waits 41 s more', 9, ['waits', '41 s more']],
    ['a-word-that-is-longer b', 5, ['a-word-that-is-longer', 'b']],
  ])('%j in %d columns', (text, width, lines) => {
    expect(wrapped(text, width)).toEqual(lines)
  })
})

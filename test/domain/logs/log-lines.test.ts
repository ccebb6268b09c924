import { expect, test } from 'vitest'
import { inOrder, LOG_LEVELS, passesFilter, type LogLine } from '#domain/logs/log-lines.ts'
import type { LogSource, LogTail } from '#domain/schemas/logs.ts'

const tail = (source: LogSource, ...lines: string[]): LogTail => ({
  source,
  origin: null,
  lines,
  cut: false,
  missing: null,
})
const own = (time: string, level: string, message: string, more: object = {}) =>
  JSON.stringify({ time, level, message, ...more })
const AT = Date.parse('2026-02-08T03:14:15.000Z')

test.each([
  [
    'its own form',
    own('2026-02-08T03:14:15.000Z', 'warning', 'slow'),
    { at: AT, level: 'warning', text: 'slow' },
  ],
  [
    'its details behind the message',
    own('2026-02-08T03:14:15Z', 'info', 'listens', { port: 1, url: 'a b' }),
    { at: AT, level: 'info', text: 'listens port=1 url="a b"' },
  ],
  [
    'the words of an audited act, without its hashes',
    own('2026-02-08T03:14:15Z', 'info', 'signed in', { audit: { hash: 'abc' } }),
    { at: AT, level: 'info', text: 'signed in' },
  ],
  [
    'gunicorn’s, in any zone',
    '[2026-02-08 04:14:15 +0100] [4242] [CRITICAL] WORKER TIMEOUT (pid:7)',
    { at: AT, level: 'error', text: '[4242] WORKER TIMEOUT (pid:7)' },
  ],
  [
    'a level of another name',
    own('2026-02-08T03:14:15Z', 'WARN', 'x'),
    { at: AT, level: 'warning', text: 'x' },
  ],
  ['an unknown level', own('2026-02-08T03:14:15Z', 'constructor', 'x'), { at: AT, level: null, text: 'x' }],
  ['a time without a zone', own('2026-02-08T03:14:15', 'info', 'x'), { at: null, level: 'info', text: 'x' }],
] as const)('a line is read in %s', (_, line, expected) => {
  expect(inOrder([tail('agent', line)])).toEqual([{ source: 'agent', goesOn: false, ...expected }])
})

test.each(['{"time":"2026', '[1, 2]', '{}', '{"message":7}', 'null', '', '[x] [y] [Z] w', '{"message":"x"'])(
  '%j is shown as it is',
  (line) => {
    expect(inOrder([tail('agent', line)])).toEqual([
      { source: 'agent', at: null, level: null, text: line, goesOn: true },
    ])
  },
)

test('a traceback has time and level of what it belongs to, and stays below it', () => {
  const lines = inOrder([
    tail(
      'target_errors',
      '[2026-02-08 03:14:15 +0000] [1] [ERROR] Exception',
      'Traceback:',
      '  KeyError',
      '[2026-02-08 03:14:17 +0000] [1] [INFO] after',
    ),
    tail('agent', own('2026-02-08T03:14:16Z', 'info', 'between')),
  ])
  expect(lines.map(({ text, at, level, goesOn }) => [text, at, level, goesOn])).toEqual([
    ['[1] Exception', AT, 'error', false],
    ['Traceback:', AT, 'error', true],
    ['  KeyError', AT, 'error', true],
    ['between', AT + 1000, 'info', false],
    ['[1] after', AT + 2000, 'info', false],
  ])
})

test('what no line before it dates comes first, in its own order', () => {
  const lines = inOrder([
    tail('agent', own('2026-02-08T03:14:15Z', 'info', 'b')),
    tail('watchdog', 'one', 'two'),
  ])
  expect(lines.map(({ text }) => text)).toEqual(['one', 'two', 'b'])
})

const line = (over: Partial<LogLine>): LogLine => ({
  source: 'agent',
  at: AT,
  level: 'info',
  text: 'The pool is full',
  goesOn: false,
  ...over,
})
const EVERYTHING = { source: null, level: null, text: '' }

test.each([
  [EVERYTHING, {}, true],
  [{ ...EVERYTHING, source: 'watchdog' as const }, {}, false],
  [{ ...EVERYTHING, source: 'agent' as const }, {}, true],
  [{ ...EVERYTHING, text: '  POOL is ' }, {}, true],
  [{ ...EVERYTHING, text: 'pool.*full' }, {}, false],
  [EVERYTHING, { level: null }, true],
  [{ ...EVERYTHING, level: 'info' as const }, { level: null }, false],
] as const)('%j lets %j through: %s', (filter, over, passes) => {
  expect(passesFilter(filter)(line(over))).toBe(passes)
})

test('a level means itself and what is worse', () => {
  const through = LOG_LEVELS.map((level) =>
    LOG_LEVELS.filter((one) => passesFilter({ ...EVERYTHING, level })(line({ level: one }))),
  )
  expect(through).toEqual([1, 2, 3, 4].map((count) => LOG_LEVELS.slice(0, count)))
})

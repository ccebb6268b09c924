/** IN1, BI1: the Prometheus text format, read strictly. */
import { expect, test } from 'vitest'
import { parseSelector, readMetricsText, samplesOf } from '#domain/schemas/metrics-text.ts'

const NAMES = new Set(['a', 'b:c'])

function samples(text: string) {
  const read = readMetricsText(text, NAMES)
  if (!read.ok) throw new Error(JSON.stringify(read.findings))
  return read.value.map(({ name, labels, value }) => [name, Object.fromEntries(labels), value])
}

test.each([
  ['a 1', [['a', {}, 1]]],
  ['a{} 1', [['a', {}, 1]]],
  ['a{x="1"} 2.5 1763600000000', [['a', { x: '1' }, 2.5]]],
  ['a { x = "1" , y="2", }  3e2  -5 ', [['a', { x: '1', y: '2' }, 300]]],
  [
    'b:c -.5\n\n  \n# HELP a what "it" is\n#\na +1.',
    [
      ['b:c', {}, -0.5],
      ['a', {}, 1],
    ],
  ],
  [
    'a NaN\na +Inf\na -Inf\na Inf',
    [
      ['a', {}, Number.NaN],
      ['a', {}, Infinity],
      ['a', {}, -Infinity],
      ['a', {}, Infinity],
    ],
  ],
  ['a{x="q\\"b\\\\n\\nl} 7"} 1', [['a', { x: 'q"b\\n\nl} 7' }, 1]]],
  ['other 1\nab 2\na_ 3', []],
  ['', []],
])('%j', (text, expected) => {
  expect(samples(text)).toEqual(expected)
})

test.each([
  'a',
  'a x',
  'a 1 2 3',
  'a 0x10',
  'a 1,5',
  'a nan',
  'a{x=1} 1',
  'a{x="1} 1',
  'a{x="1"y="2"} 1',
  'a{,} 1',
  'a{x="1",x="2"} 1',
  'a{x="\\t"} 1',
  '1a 1',
  'a-b 1',
  'a 1\r',
  '<html>',
  '{"status":"healthy"}',
  'a 1 # {trace="x"} 1',
])('BI1 the line %j costs the whole text, and is named by its number', (line) => {
  expect(readMetricsText(`a 1\n${line}\na 2`, NAMES)).toEqual({
    ok: false,
    findings: [{ path: 'line 2', expected: 'a sample as Prometheus writes it', found: 'another' }],
  })
})

test('a text of the largest size that may come is read in a moment, also one that is made to be slow', () => {
  const label = 'x="1",'.repeat(170_000)
  for (const text of [
    `a{${label}`,
    `a{x="${'\\\\'.repeat(500_000)}`,
    `a${' '.repeat(1_000_000)}x`,
    ' \t'.repeat(500_000),
  ]) {
    const before = performance.now()
    readMetricsText(text, NAMES)
    expect(performance.now() - before).toBeLessThan(1000)
  }
})

test('a selector finds the series that have its labels, whatever others they have', () => {
  const read = readMetricsText('a{l="1",w="7"} 1\na{w="8",l="1"} 2\na{l="2"} 4\na 8', NAMES)
  const found = (text: string) =>
    samplesOf(read.ok ? read.value : [], parseSelector(text) as never).map(({ value }) => value)
  expect([found('a'), found('a{l="1"}'), found('a{l="1",w="8"}'), found('a{l="3"}'), found('b:c')]).toEqual([
    [1, 2, 4, 8],
    [1, 2],
    [2],
    [],
    [],
  ])
})

test.each(['', 'a b', 'a{', 'a{l}', 'a{l="1",l="2"}', 'sum(a)', 'a 1', '{l="1"}'])(
  '%j is no selector',
  (text) => {
    expect(parseSelector(text)).toBeNull()
  },
)

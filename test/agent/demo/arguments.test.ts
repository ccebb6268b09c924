import { expect, test } from 'vitest'
import { formatHostPort, parseDemoArguments, parseHostPort } from '#agent/demo/arguments.ts'
import { HoldfastProblem } from '#domain/problems.ts'

const COMPLETE = ['--contract', '/c.json', '--statsd', '127.0.0.1:8125']

test('what is left out of the command line is the tour, on whatever target runs here, in real time', () => {
  expect(parseDemoArguments(COMPLETE)).toEqual({
    contractFile: '/c.json',
    statsd: { host: '127.0.0.1', port: 8125 },
    scenario: 'tour',
    target: 'auto',
    speed: 1,
  })
})

test.each([
  [['--statsd', '127.0.0.1:8125'], '--contract is missing'],
  [['--contract', '/c.json'], '--statsd is missing'],
  [[...COMPLETE.slice(0, 2), '--statsd', '8125'], '--statsd must be HOST:PORT; found 8125'],
  [[...COMPLETE, '--scenario', 'chaos'], '--scenario must be one of calm, '],
  [[...COMPLETE, '--target', 'uwsgi'], '--target must be one of auto, gunicorn, node; found uwsgi'],
  [[...COMPLETE, '--speed', '0'], '--speed must be a number above 0 and at most 1000; found 0'],
  [[...COMPLETE, '--speed', 'fast'], 'found fast'],
  [[...COMPLETE, '--sped', '2'], '--sped'],
])('BI1 the mistake in %j is named', (argv, sentence) => {
  expect(() => parseDemoArguments(argv)).toThrow(HoldfastProblem)
  expect(() => parseDemoArguments(argv)).toThrow(sentence)
})

test.each(['127.0.0.1:80', '[::1]:8080', 'localhost:65535'])(
  '%s is read and written the same way',
  (text) => {
    expect(formatHostPort(parseHostPort('bind', text))).toBe(text)
  },
)

test.each(['127.0.0.1:0', '127.0.0.1:65536', ':80', '::1:80', 'a b:80'])('%s is no address', (text) => {
  expect(() => parseHostPort('bind', text)).toThrow(HoldfastProblem)
})

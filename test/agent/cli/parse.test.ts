import { expect, test } from 'vitest'
import { parseCommandLine } from '#agent/cli/parse.ts'
import { COMMANDS } from '#agent/cli/registry.ts'

const parse = (...words: string[]) => parseCommandLine(words, COMMANDS)

test.each([
  [[]],
  [['--help']],
  [['-h']],
  [['help']],
  [['--json']],
  [['--json', '--help']],
  [['config', '--help']],
])('%j asks for the overall help', (words) => {
  expect(parse(...words)).toEqual({ kind: 'help' })
})

test('a command of two words is found, with its options', () => {
  expect(parse('config', 'print', '--json')).toMatchObject({
    command: { name: 'config print' },
    options: { json: true },
  })
})

test('-h is --help, and --json may come before the command', () => {
  expect(parse('serve', '-h')).toMatchObject({ options: { help: true } })
  expect(parse('gates', '-h')).toMatchObject({ kind: 'help' })
  expect(parse('--json', 'serve')).toMatchObject({ command: { name: 'serve' }, options: { json: true } })
})

test('an option takes its value after a blank or an equals sign', () => {
  expect(parse('demo', '--scenario', 'leak')).toMatchObject({ options: { scenario: 'leak' } })
  expect(parse('demo', '--scenario=leak')).toMatchObject({ options: { scenario: 'leak' } })
})

test('an option that may stand more than once comes as a list, with the words that follow it', () => {
  const words = (...given: string[]) => parse('image', 'check', ...given)
  const all = { options: { dockerfile: ['a', 'b', 'c'], json: true } }
  expect(words('--dockerfile', 'a', 'b', '--json', '--dockerfile=c')).toMatchObject(all)
  expect(words('--dockerfile', 'a', '--rootfs', 'd')).toMatchObject({
    options: { dockerfile: ['a'], rootfs: 'd' },
  })
  expect(() => words('--rootfs', 'd', 'a')).toThrow('"a" is not expected here')
  expect(() => words('a')).toThrow('"a" is not expected here')
})

test.each([
  [['sevre'], 'unknown command "sevre"; did you mean "serve"?'],
  [['config'], 'known: config print'],
  [['config', 'prnt'], 'known: config print'],
  [['guard', 'relese'], 'known: guard release'],
  [['xyzzy'], 'unknown command "xyzzy"'],
  [['demo', '--scenari', 'leak'], 'unknown option --scenari; did you mean --scenario?'],
  [['demo', '--scenario'], '--scenario needs a value: --scenario NAME'],
  [['demo', '--scenario', '--json'], '--scenario needs a value'],
  [['demo', '--config', ''], '--config needs a value: --config FILE'],
  [['demo', '--json=1'], '--json takes no value'],
  [['demo', 'leak'], '"leak" is not expected here'],
])('%j is wrong usage, and the message helps', (words, message) => {
  expect(() => parse(...words)).toThrow(message)
})

test.each<[string[], string | undefined]>([
  [['audit', 'verify'], undefined],
  [['audit', 'verify', '--against-journal'], ''],
  [['audit', 'verify', '--against-journal', '--json'], ''],
  [['audit', 'verify', '--against-journal', '-'], '-'],
  [['audit', 'verify', '--against-journal', 'a.log', '--json'], 'a.log'],
  [['audit', 'verify', '--against-journal=a.log'], 'a.log'],
])('an option whose value may lack: %j', (words, value) => {
  expect(parse(...words)).toMatchObject({
    kind: 'command',
    options: value === undefined ? {} : { 'against-journal': value },
  })
})

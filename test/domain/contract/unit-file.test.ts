import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseEnvironmentFile } from '#domain/contract/env-file.ts'
import { dropInDirectories, dropInOrder, mergeUnit } from '#domain/contract/merged-unit.ts'
import { parseUnitFile, UNIT_BYTES_LIMIT } from '#domain/contract/unit-file.ts'
import { commandLine, expandSpecifiers, splitWords } from '#domain/contract/unit-words.ts'

function assigned(text: string): string[] {
  return parseUnitFile('x.service', text).assignments.map(
    ({ section, key, value, line, lastLine }) => `${section}.${key}=${value} @${line}-${lastLine}`,
  )
}

describe('RC3 a unit file is read as systemd reads it', () => {
  test.each([
    ['spaces around the sign', '[Service]\n  User  =  a b  \n', ['Service.User=a b @2-2']],
    ['comments of both kinds', '[Service]\n# User=a\n ; User=b\nUser=c', ['Service.User=c @4-4']],
    [
      'a line that goes on',
      '[Service]\nExecStart=/bin/a \\\n  -b \\\n  -c\nUser=d',
      ['Service.ExecStart=/bin/a    -b    -c @2-4', 'Service.User=d @5-5'],
    ],
    [
      'a comment between its parts',
      '[Service]\nExecStart=/bin/a \\\n# no\n  -b',
      ['Service.ExecStart=/bin/a    -b @2-4'],
    ],
    [
      'a backslash that is escaped',
      '[Service]\nExecStart=/bin/a \\\\\nUser=b',
      ['Service.ExecStart=/bin/a \\\\ @2-2', 'Service.User=b @3-3'],
    ],
    ['a backslash at the very end', '[Service]\nUser=a \\', ['Service.User=a @2-2']],
    ['line ends of another system', '[Service]\r\nUser=a\r\n', ['Service.User=a @2-2']],
    ['a byte order mark', '\uFEFF[Service]\nUser=a', ['Service.User=a @2-2']],
    ['a sign in the value', '[Service]\nEnvironment=A=b=c', ['Service.Environment=A=b=c @2-2']],
    [
      'a section twice',
      '[Service]\nUser=a\n[Unit]\nAfter=b\n[Service]\nUser=c',
      ['Service.User=a @2-2', 'Unit.After=b @4-4', 'Service.User=c @6-6'],
    ],
  ])('%s', (_, text, expected) => {
    expect(assigned(text)).toEqual(expected)
  })

  test.each([
    ['no section', 'User=a', 1, /before any section/],
    ['a header that is none', '[Unit]\n[Service\nUser=a', 2, /section header/],
    ['no assignment', '[Service]\n.include /etc/x', 2, /assigns nothing/],
    ['bytes', 'ELF\0\u0001', 1, /no text/],
    ['what was no text', '[Service]\nUser=\uFFFD', 1, /no text/],
    ['ten megabytes', `[Service]\n${'A=b\n'.repeat(2_500_000)}`, 1, /larger than/],
  ])('what is none is named with its line: %s', (_, text, line, what) => {
    const { faults } = parseUnitFile('x.service', text)
    expect(faults).toMatchObject([{ file: 'x.service', line, what: expect.stringMatching(what) as string }])
  })

  test('any text has an answer, in a time that its length sets', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('[', ']', '=', '\\', '\n', '\r', '#', ' ', '"', '%', 'a') }),
        (text) => {
          const { assignments, faults } = parseUnitFile('x', text)
          const lines = text.split('\n').length
          for (const { line } of [...assignments, ...faults]) expect(line).toBeLessThanOrEqual(lines)
          for (const { value } of assignments) commandLine(value, 'x.service', new Map())
          parseEnvironmentFile('x', text)
        },
      ),
    )
    const long = `[Service]\n${'\\'.repeat(UNIT_BYTES_LIMIT - 20)}\n`
    const begun = performance.now()
    parseUnitFile('x', long)
    expect(performance.now() - begun).toBeLessThan(1000)
  })
})

describe('RC3 the words of a command', () => {
  test.each([
    ['a  b\tc', ['a', 'b', 'c']],
    [`"a b" 'c d'`, ['a b', 'c d']],
    [`"a 'b'" ''`, [`a 'b'`, '']],
    ['a\\x20b \\101 \\u0042 c\\sd', ['a b', 'A', 'B', 'c d']],
    ['"a \\" b"', ['a " b']],
  ])('%s', (value, words) => {
    expect(splitWords(value)).toEqual({ kind: 'words', words })
  })

  test.each([
    ['"a', /quote that does not end/],
    ['a\\q', /escape/],
    ['a\\', /escape/],
    ['a\\x00', /escape/],
  ])('%s is not guessed', (value, why) => {
    expect(splitWords(value)).toEqual({ kind: 'unknown', why: expect.stringMatching(why) as string })
  })

  test('specifiers of the unit are replaced, others are named', () => {
    expect(expandSpecifiers('%t/%p/%i %n %N %S %% ', 'web@one.service')).toEqual({
      kind: 'text',
      text: '/run/web/one web@one.service web@one /var/lib % ',
    })
    for (const [text, named] of [
      ['/a/%H', '%H'],
      ['/a/%Z/%q', '%Z'],
      ['100%', '%'],
    ]) {
      const answer = expandSpecifiers(text ?? '', 'x.service')
      expect(answer).toEqual({ kind: 'unknown', why: `the specifier ${named} is not known here` })
    }
  })

  test('variables are replaced where they are known, never in the place of the program', () => {
    const variables = new Map([
      ['DIR', '/run/x'],
      ['MANY', 'a b'],
    ])
    const words = (value: string) => commandLine(value, 'x.service', variables)
    expect(words('-@/bin/a --pid ${DIR}/pid $DIR $$DIR x$DIR')).toEqual({
      kind: 'command',
      command: { prefix: '-@', words: ['/bin/a', '--pid', '/run/x/pid', '/run/x', '$DIR', 'x$DIR'] },
    })
    expect(words('${DIR}/a')).toMatchObject({ command: { words: ['${DIR}/a'] } })
    for (const unknown of ['/bin/a ${NONE}', '/bin/a $MANY', '-', ''])
      expect(words(unknown).kind).toBe('unknown')
  })
})

describe('RC3 a unit is merged as systemd merges it', () => {
  const merged = (...texts: string[]) =>
    mergeUnit(
      'x.service',
      texts.map((text, index) => ({ file: `${index}`, parsed: parseUnitFile(`${index}`, text) })),
    )

  test('the last assignment counts, a list adds up, and an empty one takes all back', () => {
    const unit = merged(
      '[Service]\nUser=a\nExecStart=/bin/a\nReadWritePaths=/a\nReadWritePaths=/b',
      '[Service]\nExecStart=\nExecStart=/bin/b\nReadWritePaths=/c',
      '[Service]\nUser=\n',
    )
    expect(unit.last('Service', 'User')).toBeUndefined()
    expect(unit.values('Service', 'ExecStart')).toMatchObject([{ value: '/bin/b', file: '1', line: 3 }])
    expect(unit.values('Service', 'ReadWritePaths').map(({ value }) => value)).toEqual(['/a', '/b', '/c'])
  })

  test('drop-ins are read by name; one of a higher place hides its namesake', () => {
    const order = dropInOrder([
      { directory: '/etc', names: ['20-b.conf', 'README', '10-a.conf'] },
      { directory: '/run', names: ['15-c.conf', '20-b.conf'] },
      { directory: '/usr', names: ['05-d.conf', '10-a.conf'] },
    ])
    expect(order).toEqual(['/usr/05-d.conf', '/etc/10-a.conf', '/run/15-c.conf', '/etc/20-b.conf'])
  })

  test('a directory for the unit itself comes before one for its prefix, and that before one for all services', () => {
    const found = dropInDirectories('a-b-c@i.service')
    const own = found.filter((directory) => directory.startsWith('/etc/systemd/system/'))
    expect(own.map((directory) => directory.split('/').at(-1))).toEqual([
      'a-b-c@i.service.d',
      'a-b-c@.service.d',
      'a-b-.service.d',
      'a-.service.d',
      'service.d',
    ])
    const rank = (path: string) => found.indexOf(path)
    expect(rank('/etc/systemd/system/a-.service.d')).toBeLessThan(
      rank('/run/systemd/system/a-b-c@i.service.d'),
    )
    expect(found.at(-1)).toMatch(/\/service\.d$/)
  })
})

describe('RC3 an environment file is read as systemd reads it', () => {
  test('quotes, comments, lines that go on', () => {
    const text = '# A=0\nA=1\n; B=0\n B = "two words" \nC=a\\\nb\nD=\'x\\y\'\nE="l1\nl2"\nF=\n'
    const { settings, faults } = parseEnvironmentFile('env', text)
    expect(faults).toEqual([])
    expect(settings.map(({ name, value, line }) => [name, value, line])).toEqual([
      ['A', '1', 2],
      ['B', 'two words', 4],
      ['C', 'ab', 5],
      ['D', 'x\\y', 7],
      ['E', 'l1\nl2', 8],
      ['F', '', 10],
    ])
  })

  test.each([
    ['export A=1', /sets no variable/],
    ['1A=1', /sets no variable/],
    ['A="open', /quote/],
    ['\0', /no text/],
  ])('%s is named', (text, what) => {
    expect(parseEnvironmentFile('env', text).faults).toMatchObject([
      { line: 1, what: expect.stringMatching(what) as string },
    ])
  })
})

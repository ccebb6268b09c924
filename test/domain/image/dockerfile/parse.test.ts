import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expand } from '#domain/image/dockerfile/expand.ts'
import { KEYWORDS } from '#domain/image/dockerfile/instruction.ts'
import { parseDockerfile, type Dockerfile } from '#domain/image/dockerfile/parse.ts'

/** What a file says, apart from where it stands. */
const meaning = ({ stages, faults }: Dockerfile) => ({
  stages: stages.map(({ base, name, steps }) => ({
    base,
    name,
    steps: steps.map(({ instruction, words, from }) => [
      instruction.keyword,
      words,
      from,
      instruction.heredocs,
    ]),
  })),
  faults: faults.map(({ message }) => message),
})
const of = (...lines: string[]) => parseDockerfile(lines.join('\n'))
const words = (file: Dockerfile) =>
  file.stages.flatMap(({ steps }) => steps.map((step) => [step.instruction.keyword, ...step.words]))

test('lines are joined at the escape character; comments and empty lines between them are left out', () => {
  const file = of('FROM a', 'COPY one \\', '# a comment', '', '  two \\  ', ' /to', 'USER 1')
  expect(words(file)).toEqual([
    ['COPY', 'one', 'two', '/to'],
    ['USER', '1'],
  ])
  expect(file.stages[0]?.steps.map(({ instruction }) => instruction.line)).toEqual([2, 7])
})

test('the escape directive changes the character, at the top alone', () => {
  expect(words(of('# escape=`', 'FROM a', 'COPY c:\\x `', ' c:\\y'))).toEqual([['COPY', 'c:\\x', 'c:\\y']])
  expect(words(of('FROM a', '# escape=`', 'COPY x \\', ' y'))).toEqual([['COPY', 'x', 'y']])
  expect(words(of('# only a comment', '# escape=`', 'FROM a', 'COPY x \\', ' y'))).toEqual([
    ['COPY', 'x', 'y'],
  ])
  expect(of('# escape=!', 'FROM a').faults).toEqual([{ line: 1, message: 'escape must be \\ or `' }])
  expect(of('# escape=`', '# escape=`', 'FROM a').faults[0]?.message).toContain('twice')
})

test('a doubled escape character at the end continues nothing', () => {
  expect(words(of('FROM a', 'WORKDIR /x\\\\', 'USER 1')).map(([keyword]) => keyword)).toEqual([
    'WORKDIR',
    'USER',
  ])
})

test('what stands in a heredoc is no instruction', () => {
  const file = of(
    'FROM a',
    'RUN <<EOF cat <<-"TWO"',
    'USER root',
    'EOF',
    '\tFROM b',
    '\tTWO',
    'COPY <<X /to',
    'text',
    'X',
    'USER 5',
  )
  expect(words(file).map(([keyword]) => keyword)).toEqual(['RUN', 'COPY', 'USER'])
  expect(file.stages[0]?.steps[0]?.instruction.heredocs).toEqual([
    { name: 'EOF', expands: true, content: 'USER root' },
    { name: 'TWO', expands: false, content: 'FROM b' },
  ])
  expect(of('FROM a', 'RUN <<EOF', 'x').faults).toEqual([
    { line: 2, message: 'the heredoc EOF is not closed' },
  ])
  expect(words(of('FROM a', 'RUN echo "<<EOF" <<<text', 'USER 5')).at(-1)).toEqual(['USER', '5'])
})

test('stages are known by name in any case, by number, and each inherits the variables of its base', () => {
  const file = of(
    'FROM x AS Build',
    'ENV A=1',
    'FROM build AS next',
    'USER $A',
    'FROM y',
    'COPY --from=BUILD /a /b',
    'COPY --from=1 /a /b',
    'COPY --from=z /a /b',
  )
  expect(file.stages.map(({ base, name }) => [base.kind, name])).toEqual([
    ['image', 'build'],
    ['stage', 'next'],
    ['image', null],
  ])
  expect(words(file)[1]).toEqual(['USER', '1'])
  expect(file.stages[2]?.steps.map(({ from }) => from)).toEqual([
    { kind: 'stage', index: 0 },
    { kind: 'stage', index: 1 },
    { kind: 'image', text: 'z', open: [] },
  ])
})

test('an argument before the first FROM counts in FROM lines, and in a stage where it is declared again', () => {
  const file = of(
    'ARG BASE',
    'ARG TAG=1',
    'FROM ${BASE}',
    'FROM a:$TAG',
    'USER $TAG',
    'ARG TAG',
    'USER $TAG',
    'FROM $NEVER',
  )
  expect(file.stages.map(({ base }) => base)).toEqual([
    { kind: 'image', text: '', open: ['BASE'] },
    { kind: 'image', text: 'a:1', open: [] },
    { kind: 'image', text: '', open: [] },
  ])
  expect(words(file).filter(([keyword]) => keyword === 'USER')).toEqual([
    ['USER', ''],
    ['USER', '1'],
  ])
  expect(file.faults).toEqual([{ line: 8, message: '$NEVER is declared nowhere before this line' }])
})

test.each([
  ['$A-$B', 'one-'],
  ['${A}x', 'onex'],
  ['${N:-two}', 'two'],
  ['${E:-two}', 'two'],
  ['${E-two}', ''],
  ['${A:+yes}', 'yes'],
  ['${N:+yes}', ''],
  ['${N:-${A}}', 'one'],
  ["'$A'", '$A'],
  ['"$A b"', 'one b'],
  ['\\$A', '$A'],
  ['"\\$A"', '$A'],
  ['a$', 'a$'],
  ['${A%e}', 'one'],
])('%s becomes %s', (text, wanted) => {
  const known = new Map<string, string | null>([
    ['A', 'one'],
    ['E', ''],
    ['B', null],
  ])
  expect(expand(text, (name) => known.get(name), '\\').text).toBe(wanted)
})

test.each(['${A', '${', '"a', "'a", '${A:-b', '${A:-'.repeat(40)])('%s is a fault, not a crash', (text) => {
  expect(expand(text, () => 'x', '\\').fault).not.toBeNull()
})

test.each([
  [['RUM x'], '"RUM" is no instruction'],
  [['FROM a AS'], 'FROM is followed'],
  [['FROM a b c'], 'FROM is followed'],
  [['USER 1', 'FROM a'], 'USER stands before the first FROM'],
  [[''], 'there is no FROM'],
  [['FROM a', 'USER'], 'USER has nothing after it'],
  [['FROM a', 'ENV A'], 'ENV A has no value'],
])('%j is told', (lines, message) => {
  expect(
    of(...lines)
      .faults.map((fault) => fault.message)
      .join(),
  ).toContain(message)
})

const word = fc.stringMatching(/^[a-z/.][a-z0-9/._-]{0,8}$/)
const line = fc.oneof(
  fc.tuple(fc.constantFrom('COPY', 'ADD'), fc.array(word, { minLength: 2, maxLength: 4 })),
  fc.tuple(
    fc.constantFrom('RUN', 'ENTRYPOINT', 'CMD', 'USER', 'WORKDIR', 'EXPOSE', 'LABEL'),
    fc.array(word, { minLength: 1, maxLength: 3 }),
  ),
)
const wellFormed = fc
  .array(line, { maxLength: 8 })
  .map((lines) => [['FROM', ['a']] as [string, string[]], ...lines])
const written = (lines: readonly (readonly [string, readonly string[]])[]) =>
  lines.map(([keyword, rest]) => `${keyword} ${rest.join(' ')}`).join('\n')

test('a file means the same in another case, with CRLF, a byte order mark, comments, and lines broken between words', () => {
  fc.assert(
    fc.property(wellFormed, (lines) => {
      const plain = written(lines)
      const wanted = meaning(parseDockerfile(plain))
      const others = [
        written(lines.map(([keyword, rest]) => [keyword.toLowerCase(), rest])),
        `\uFEFF${plain.replaceAll('\n', '\r\n')}`,
        `# a comment\n\n${plain.replaceAll('\n', '\n  # USER root\n\n')}\n`,
        plain.replaceAll(' ', ' \\\n'),
        plain.replaceAll(' ', ' \\ \t\n# FROM b\n\n  '),
        `# escape=\`\n${plain.replaceAll(' ', ' `\n')}`,
      ]
      for (const other of others) expect(meaning(parseDockerfile(other))).toEqual(wanted)
    }),
  )
})

test('a heredoc keeps any text, and the file behind it is read as before', () => {
  const text = fc.array(fc.oneof(fc.string(), fc.constantFrom(...KEYWORDS, 'FROM x', '<<EOF', '\\', '# a')), {
    maxLength: 6,
  })
  fc.assert(
    fc.property(text, (body) => {
      const lines = body.map((one) => one.replace(/[\r\n]/g, ' ')).filter((one) => one !== 'END')
      const file = of('FROM a', 'COPY <<"END" /x', ...lines, 'END', 'USER 7')
      expect(file.stages[0]?.steps[0]?.instruction.heredocs[0]?.content).toBe(lines.join('\n'))
      expect(words(file).at(-1)).toEqual(['USER', '7'])
    }),
  )
})

test('any text gives an answer; each line that it names is one of the file', () => {
  const hostile = fc.array(
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        'FROM ',
        'ARG A=${A',
        'ENV ',
        '\\\n',
        '\n',
        '`',
        '<<E',
        '"',
        "'",
        '${',
        '# escape=`\n',
        'COPY --from=',
        '[',
        'ONBUILD ',
        'HEALTHCHECK ',
      ),
    ),
    { maxLength: 20 },
  )
  fc.assert(
    fc.property(hostile, (pieces) => {
      const text = pieces.join('')
      const count = text.split('\n').length
      const { faults, instructions } = parseDockerfile(text)
      for (const { line: at } of [...faults, ...instructions]) expect(at >= 1 && at <= count).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

test('a hundred thousand lines, and one line of a megabyte, are read in time that grows with them', () => {
  expect(parseDockerfile(`FROM a\n${'USER 1\n'.repeat(100_000)}`).instructions).toHaveLength(100_001)
  expect(parseDockerfile(`FROM a\nRUN ${'a'.repeat(1_000_000)}`).instructions).toHaveLength(2)
  expect(parseDockerfile(`FROM a\nCOPY ${'"\\'.repeat(400_000)}`).instructions).toHaveLength(2)
  expect(parseDockerfile('a'.repeat(2_000_000)).faults[0]?.message).toContain('not read')
})

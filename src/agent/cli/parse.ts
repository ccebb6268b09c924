/** Finds the command in the words of the command line and checks its options: no guess, but a suggestion. */
import { parseArgs } from 'node:util'
import { HoldfastProblem } from '#domain/problems.ts'
import { suggestion } from '#domain/suggest.ts'
import { COMMON_OPTIONS, type Command, type OptionSpec, type OptionValues } from './command.ts'

export type Parsed =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'command'; command: Command; options: OptionValues }

export function parseCommandLine(words: readonly string[], commands: readonly Command[]): Parsed {
  const first = words[0]
  if (first === undefined || isHelp(first) || first === 'help') return { kind: 'help' }
  if (first === '--version') return { kind: 'version' }
  // A script may well put it before the command.
  if (first === '--json') {
    const others = words.filter((word) => word !== '--json')
    return others.length === 0 ? { kind: 'help' } : parseCommandLine([...others, '--json'], commands)
  }

  const typed = words.slice(0, 2).join(' ')
  const command = commands.find(({ name }) => name === typed) ?? commands.find(({ name }) => name === first)
  if (command !== undefined) {
    return {
      kind: 'command',
      command,
      options: parseOptions(words.slice(command.name.split(' ').length), command),
    }
  }
  if (words.length > 1 && isHelp(words[1]) && hasGroup(first, commands)) return { kind: 'help' }
  throw unknownCommand(first, typed, commands)
}

function isHelp(word: string | undefined): boolean {
  return word === '--help' || word === '-h'
}

function hasGroup(word: string, commands: readonly Command[]): boolean {
  return commands.some(({ name }) => name.startsWith(`${word} `))
}

function unknownCommand(first: string, typed: string, commands: readonly Command[]): HoldfastProblem {
  const known = commands.map(({ name }) => name)
  const inGroup = known.filter((name) => name.startsWith(`${first} `))
  if (inGroup.length > 0)
    return new HoldfastProblem('usage', `unknown command "${typed}"; known: ${inGroup.join(', ')}`)
  const near = suggestion(typed, known) ?? suggestion(first, known)
  return new HoldfastProblem(
    'usage',
    `unknown command "${first}"${near === null ? '' : `; did you mean "${near}"?`}`,
  )
}

function parseOptions(words: readonly string[], command: Command): OptionValues {
  const specs: Readonly<Record<string, OptionSpec>> = { ...command.options, ...COMMON_OPTIONS }
  const { tokens, values } = parseArgs({
    args: words.map((word, index) => (standsAlone(word, words[index + 1], specs) ? `${word}=` : word)),
    options: Object.fromEntries(
      Object.entries(specs).map(([name, { type, short, many }]) => [
        name,
        { type, ...(short === undefined ? {} : { short }), ...(many === true ? { multiple: true } : {}) },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const named: Record<string, string | string[]> = {}
  let list: string[] | null = null
  for (const token of tokens) {
    if (token.kind === 'positional' && list !== null) {
      list.push(token.value)
      continue
    }
    if (token.kind === 'positional' && takesArgument(command, { ...values, ...named })) {
      named[String(command.argument)] = token.value
      continue
    }
    if (token.kind === 'positional') throw usage(command, `"${token.value}" is not expected here`)
    if (token.kind !== 'option') continue
    const spec = specs[token.name]
    if (spec === undefined) {
      const near = suggestion(token.name, Object.keys(specs))
      throw usage(
        command,
        `unknown option ${token.rawName}${near === null ? '' : `; did you mean --${near}?`}`,
      )
    }
    if (spec.valueMayLack === true && token.value === '') continue
    if (
      spec.type === 'string' &&
      (token.value === undefined || token.value === '' || token.value.startsWith('--'))
    ) {
      throw usage(command, `${token.rawName} needs a value: ${token.rawName} ${spec.value ?? 'VALUE'}`)
    }
    if (spec.type === 'boolean' && token.value !== undefined) {
      throw usage(command, `${token.rawName} takes no value`)
    }
    list = null
    if (spec.many === true) {
      const before: string | readonly string[] = named[token.name] ?? []
      list = [...before, token.value ?? '']
      named[token.name] = list
    }
  }
  return { ...values, ...named } as OptionValues
}

function takesArgument({ argument }: Command, given: Readonly<Record<string, unknown>>): boolean {
  return argument !== undefined && given[argument] === undefined
}

/** An option whose value may lack, and does: what follows is the next option, or nothing. */
function standsAlone(
  word: string,
  next: string | undefined,
  specs: Readonly<Record<string, OptionSpec>>,
): boolean {
  const isOptional = word.startsWith('--') && specs[word.slice(2)]?.valueMayLack === true
  return isOptional && (next === undefined || next.startsWith('--'))
}

function usage(command: Command, what: string): HoldfastProblem {
  return new HoldfastProblem('usage', `${what} (holdfast ${command.name} --help)`)
}

import { COMMON_OPTIONS, type Command, type OptionSpec } from './command.ts'

const EXIT_CODES = [
  '0 done',
  '1 failed',
  '2 wrong usage',
  '3 refused by policy or gates',
  '4 drift or check findings',
  '5 the agent cannot be reached',
].join(' · ')

export function overallHelp(commands: readonly Command[]): string {
  const rows = commands.map(({ name, summary }): [string, string] => [name, summary])
  return [
    'holdfast: what is wrong with a gunicorn service, what heals itself, and the safe way back',
    '',
    'Usage: holdfast <command> [options]',
    '',
    'Commands',
    ...table(rows),
    '',
    'Options of every command',
    ...optionRows(COMMON_OPTIONS),
    '',
    'holdfast --version prints the version.',
    '',
    `Exit codes: ${EXIT_CODES}`,
  ].join('\n')
}

export function commandHelp(command: Command): string {
  return [
    `holdfast ${command.name}: ${command.summary}`,
    ...(command.details === undefined ? [] : ['', command.details]),
    '',
    `Usage: holdfast ${command.name}${argumentText(command)} [options]`,
    '',
    'Options',
    ...optionRows({ ...command.options, ...COMMON_OPTIONS }),
    '',
    'Examples',
    ...command.examples.map((example) => `  ${example}`),
    '',
    `Exit codes: ${EXIT_CODES}`,
  ].join('\n')
}

function argumentText({ argument, options }: Command): string {
  return argument === undefined ? '' : ` ${options[argument]?.value ?? 'VALUE'}`
}

function optionRows(options: Readonly<Record<string, OptionSpec>>): string[] {
  return table(
    Object.entries(options).map(([name, { value, valueMayLack, many, meaning }]) => [
      `--${name}${value === undefined ? '' : ` ${valueMayLack === true ? `[${value}]` : value}`}${many === true ? ' …' : ''}`,
      meaning,
    ]),
  )
}

/** Two columns, the first as wide as its widest cell. */
function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}

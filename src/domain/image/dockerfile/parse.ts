/**
 * A Dockerfile as stages: what each is made from, its instructions, and the variables that are known there. Written for
 * judging, not for building: what only whoever builds can know stays open, and is named.
 */
import { expand, type Expanded, type Lookup } from './expand.ts'
import { instructionOf, pairsOf, wordsOf, type Instruction } from './instruction.ts'
import { logicalLines, type Escape, type SyntaxFault } from './logical-lines.ts'

export type Base =
  | { readonly kind: 'stage'; readonly index: number }
  | { readonly kind: 'scratch' }
  /** `open`: the arguments without a default that it is made of; `text` is all of it where there are none. */
  | { readonly kind: 'image'; readonly text: string; readonly open: readonly string[] }

export interface Step {
  readonly instruction: Instruction
  /** The rest with its variables filled in; of RUN, CMD, ENTRYPOINT and the like as it is written. */
  readonly words: readonly string[]
  /** A `--from`, resolved. */
  readonly from: Base | null
}

export interface Stage {
  readonly index: number
  readonly name: string | null
  readonly line: number
  readonly base: Base
  readonly steps: readonly Step[]
}

export interface Dockerfile {
  readonly escape: Escape
  readonly instructions: readonly Instruction[]
  readonly stages: readonly Stage[]
  readonly faults: readonly SyntaxFault[]
}

type Variables = Map<string, string | null>

/** Of a stage while it is read. */
interface Reading {
  readonly escape: Escape
  readonly globals: Variables
  readonly stages: { stage: Stage; steps: Step[]; variables: Variables }[]
  readonly faults: SyntaxFault[]
}

/** A larger file is none that a person wrote. */
const LENGTH_LIMIT = 1024 * 1024

export function parseDockerfile(text: string): Dockerfile {
  if (text.length > LENGTH_LIMIT) {
    const fault = { line: 1, message: `longer than ${LENGTH_LIMIT} characters; not read` }
    return { escape: '\\', instructions: [], stages: [], faults: [fault] }
  }
  const { escape, lines, faults: lineFaults } = logicalLines(text)
  const faults = [...lineFaults]
  const instructions = lines.flatMap((line) => instructionOf(line, faults) ?? [])
  const reading: Reading = { escape, globals: new Map(BUILDER_GIVES), stages: [], faults }
  for (const instruction of instructions) take(reading, instruction)
  if (reading.stages.length === 0) faults.push({ line: 1, message: 'there is no FROM' })
  const stages = reading.stages.map(({ stage }) => stage)
  return { escape, instructions, stages, faults: faults.toSorted((a, b) => a.line - b.line) }
}

/** Arguments that every builder knows without a declaration. */
const BUILDER_GIVES = ['TARGET', 'BUILD'].flatMap((side) =>
  ['PLATFORM', 'OS', 'ARCH', 'VARIANT'].map((part): [string, null] => [`${side}${part}`, null]),
)

function take(reading: Reading, instruction: Instruction): void {
  if (instruction.keyword === 'FROM') return openStage(reading, instruction)
  const current = reading.stages.at(-1)
  if (current === undefined) {
    if (instruction.keyword === 'ARG') return declareGlobal(reading, instruction)
    reading.faults.push({
      line: instruction.line,
      message: `${instruction.keyword} stands before the first FROM`,
    })
    return
  }
  const lookup: Lookup = (name) => current.variables.get(name)
  if (instruction.keyword === 'ARG') declareArguments(reading, instruction)
  if (instruction.keyword === 'ENV') setVariables(reading, instruction)
  current.steps.push({
    instruction,
    words: filledWords(reading, instruction, lookup),
    from: fromOf(reading, instruction, lookup),
  })
}

function declareGlobal({ globals, escape, faults }: Reading, { rest, line }: Instruction): void {
  for (const [name, value] of pairsOf(rest)) {
    globals.set(
      name,
      value === null
        ? null
        : known(
            expand(value, (of) => globals.get(of), escape),
            line,
            faults,
          ),
    )
  }
}

/** Declared again in a stage, an argument has the default that it was given before the first FROM. */
function declareArguments({ globals, stages, escape, faults }: Reading, { rest, line }: Instruction): void {
  const { variables = new Map<string, string | null>() } = stages.at(-1) ?? {}
  for (const [name, value] of pairsOf(rest)) {
    const preset =
      value === null ? (globals.get(name) ?? null) : expandKnown(value, { variables, escape, line, faults })
    // An ENV of the same name wins, wherever it stands.
    if ((variables.get(name) ?? null) === null) variables.set(name, preset)
  }
}

function setVariables({ stages, escape, faults }: Reading, { rest, line }: Instruction): void {
  const { variables = new Map<string, string | null>() } = stages.at(-1) ?? {}
  // All of one line see what was known before it.
  const before = new Map(variables)
  for (const [name, value] of pairsOf(rest)) {
    if (value === null) faults.push({ line, message: `ENV ${name.slice(0, 40)} has no value` })
    variables.set(name, expandKnown(value ?? '', { variables: before, escape, line, faults }))
  }
}

function expandKnown(
  value: string,
  {
    variables,
    escape,
    line,
    faults,
  }: { variables: Variables; escape: Escape; line: number; faults: SyntaxFault[] },
): string | null {
  return known(
    expand(value, (name) => variables.get(name), escape),
    line,
    faults,
  )
}

/** What an open argument is part of is open as well. */
function known({ text, open, fault }: Expanded, line: number, faults: SyntaxFault[]): string | null {
  if (fault !== null) faults.push({ line, message: fault })
  return open.length > 0 ? null : text
}

function openStage(reading: Reading, instruction: Instruction): void {
  const { stages, faults } = reading
  const { line, rest } = instruction
  const [image = '', as, name, ...more] = wordsOf(rest)
  if (more.length > 0 || (as !== undefined && (as.toUpperCase() !== 'AS' || name === undefined)))
    faults.push({ line, message: 'FROM is followed by a base, and AS with a name' })
  const lookup: Lookup = (variable) => reading.globals.get(variable)
  const base = baseOf(reading, { word: image, lookup, line })
  const steps: Step[] = []
  const inherited = base.kind === 'stage' ? stages[base.index]?.variables : undefined
  const stage: Stage = { index: stages.length, name: name?.toLowerCase() ?? null, line, base, steps }
  stages.push({ stage, steps, variables: new Map(inherited) })
}

function fromOf(reading: Reading, { keyword, flags, line }: Instruction, lookup: Lookup): Base | null {
  const word = flags.get('from')
  if (word === undefined || (keyword !== 'COPY' && keyword !== 'ADD')) return null
  const number = /^\d+$/.test(word) ? Number(word) : null
  if (number !== null && number < reading.stages.length - 1) return { kind: 'stage', index: number }
  return baseOf(reading, { word, lookup, line })
}

function baseOf(
  { escape, faults, stages }: Reading,
  { word, lookup, line }: { word: string; lookup: Lookup; line: number },
): Base {
  const { text, open, undeclared, fault } = expand(word, lookup, escape)
  if (fault !== null) faults.push({ line, message: fault })
  for (const name of undeclared)
    faults.push({ line, message: `$${name} is declared nowhere before this line` })
  const index = stages.findLastIndex(({ stage }) => stage.name !== null && stage.name === text.toLowerCase())
  if (index >= 0) return { kind: 'stage', index }
  return text === 'scratch' ? { kind: 'scratch' } : { kind: 'image', text, open }
}

const TAKEN_AS_WRITTEN: ReadonlySet<string> = new Set([
  'RUN',
  'CMD',
  'ENTRYPOINT',
  'HEALTHCHECK',
  'SHELL',
  'ONBUILD',
])

function filledWords(
  { escape, faults }: Reading,
  { keyword, rest, list, line }: Instruction,
  lookup: Lookup,
): string[] {
  const words = list ?? wordsOf(rest)
  if (TAKEN_AS_WRITTEN.has(keyword)) return [...words]
  return words.map((word) => {
    const { text, fault } = expand(word, lookup, escape)
    if (fault !== null) faults.push({ line, message: fault })
    return text
  })
}

/** The stage and those that it is made from in this file, the first of them first. */
export function lineOf({ stages }: Dockerfile, stage: Stage): Stage[] {
  const line = [stage]
  for (let { base } = stage; base.kind === 'stage';) {
    const before = stages[base.index]
    // A stage is made from an earlier one only, so that this ends.
    if (before === undefined) break
    line.unshift(before)
    base = before.base
  }
  return line
}

/** The rules of a deployable image's Dockerfile (IM2, IM3), each on the parsed file. What ships is the final stage. */
import { isSecretName } from '../redaction.ts'
import { pairsOf, type Instruction } from './dockerfile/instruction.ts'
import { lineOf, parseDockerfile, type Base, type Dockerfile, type Step } from './dockerfile/parse.ts'
import { commandRule, npmPackageRule, systemPackageRule } from './forbidden.ts'
import { copiedPathRule } from './path-rules.ts'
import { finding, type ImageFinding } from './report.ts'
import type { ImageRule } from './rules.ts'
import { portFault, startsShell, userFault } from './run-rules.ts'
import { secretByName, secretsIn } from './secrets.ts'
import { commandsOf, isFetch, isInstall } from './shell-commands.ts'

interface Judged {
  readonly file: Dockerfile
  /** Instructions that make what ships: of the final stage and of those that it is made from. */
  readonly final: readonly Step[]
  readonly told: (rule: ImageRule, line: number, message: string, mend?: string) => ImageFinding
}

export function judgeDockerfile(
  name: string,
  text: string,
): { findings: ImageFinding[]; instructions: number } {
  const file = parseDockerfile(text)
  const told: Judged['told'] = (rule, line, message, mend) => finding(rule, `${name}:${line}`, message, mend)
  const faults = file.faults.map(({ line, message }) => told('dockerfile_syntax', line, message))
  const last = file.stages.at(-1)
  if (last === undefined) return { findings: faults, instructions: file.instructions.length }
  const judged: Judged = { file, final: lineOf(file, last).flatMap(({ steps }) => steps), told }
  const rules = [bases, stages, user, port, health, start, stopSignal, runs, copies, secrets]
  return {
    findings: [...faults, ...rules.flatMap((rule) => rule(judged))],
    instructions: file.instructions.length,
  }
}

const DIGEST = /@sha256:[0-9a-f]{64}$/

function bases({ file, told }: Judged): ImageFinding[] {
  const named = file.stages.flatMap(({ base, line, steps }) => [
    { base, line },
    ...steps.flatMap(({ from, instruction }) =>
      from === null ? [] : [{ base: from, line: instruction.line }],
    ),
  ])
  return named.flatMap(({ base, line }) => {
    if (isPinned(base)) return []
    const what =
      base.kind === 'image' && base.open.length > 0
        ? `${base.text}\${${base.open.join('} ${')}}`
        : textOf(base)
    return [told('base_not_pinned', line, `the base ${what} is not named by its digest`)]
  })
}

/** An argument without a default has to be given; it is pinned by whoever gives it, where it is the whole name. */
function isPinned(base: Base): boolean {
  if (base.kind !== 'image') return true
  return DIGEST.test(base.text) || (base.open.length > 0 && base.text === '')
}

const textOf = (base: Base) => (base.kind === 'image' ? `"${base.text}"` : base.kind)

function stages({ file, told }: Judged): ImageFinding[] {
  const [only, second] = file.stages
  if (only === undefined || second !== undefined) return []
  return [told('single_stage', only.line, 'there is one stage alone, which ships what it was built with')]
}

function lastOf({ final }: Judged, keyword: string): Step | undefined {
  return final.findLast(({ instruction }) => instruction.keyword === keyword)
}

function endLine({ file }: Judged): number {
  return file.stages.at(-1)?.line ?? 1
}

function user(judged: Judged): ImageFinding[] {
  const step = lastOf(judged, 'USER')
  if (step === undefined)
    return [judged.told('user_missing', endLine(judged), 'no USER: the image runs as its base does')]
  const fault = userFault(step.words.join(' '))
  return fault === null ? [] : [judged.told(fault.rule, step.instruction.line, fault.message)]
}

function port(judged: Judged): ImageFinding[] {
  const exposed = judged.final.filter(({ instruction }) => instruction.keyword === 'EXPOSE')
  const fault = portFault(exposed.flatMap(({ words }) => words))
  const line = exposed.at(-1)?.instruction.line ?? endLine(judged)
  return fault === null ? [] : [judged.told(fault.rule, line, fault.message)]
}

function health(judged: Judged): ImageFinding[] {
  const step = lastOf(judged, 'HEALTHCHECK')
  if (step === undefined || /^NONE$/i.test(step.instruction.rest.trim())) {
    const line = step?.instruction.line ?? endLine(judged)
    return [judged.told('healthcheck_missing', line, 'no HEALTHCHECK: nobody notices when it hangs')]
  }
  const { line, rest } = step.instruction
  const [, command = ''] = /^CMD\s+([\s\S]+)$/i.exec(rest) ?? []
  const list = jsonList(command)
  if (list === null)
    return [
      judged.told(
        'healthcheck_foreign_tool',
        line,
        'HEALTHCHECK starts a shell; write its command as a JSON list',
      ),
    ]
  const foreign = list.find((word) => /(?:^|\/)(?:curl|sh|bash|ash|dash|busybox)$/.test(word))
  return foreign === undefined
    ? []
    : [judged.told('healthcheck_foreign_tool', line, `HEALTHCHECK runs ${foreign}`)]
}

function jsonList(text: string): string[] | null {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) && value.length > 0 ? value.map(String) : null
  } catch {
    return null // text for a shell
  }
}

function start(judged: Judged): ImageFinding[] {
  const entry = lastOf(judged, 'ENTRYPOINT')
  const command = lastOf(judged, 'CMD')
  const program = entry ?? command
  if (program === undefined || program.instruction.rest === '')
    return [
      judged.told(
        'entrypoint_missing',
        endLine(judged),
        'neither ENTRYPOINT nor CMD: it runs what its base runs',
      ),
    ]
  const inShell = [entry, command].flatMap((step) =>
    step !== undefined && isShell(step.instruction) ? [step.instruction] : [],
  )
  return inShell.map(({ keyword, line }) =>
    judged.told(
      'entrypoint_in_shell',
      line,
      `${keyword} starts a shell, which is process 1 instead of the program`,
    ),
  )
}

function isShell({ list, rest }: Instruction): boolean {
  return list === null ? rest !== '' : startsShell(list)
}

function stopSignal(judged: Judged): ImageFinding[] {
  const step = lastOf(judged, 'STOPSIGNAL')
  const signal = step?.words.join(' ') ?? 'SIGTERM'
  if (step === undefined || /^(?:SIG)?TERM$|^15$/i.test(signal)) return []
  return [judged.told('stop_signal', step.instruction.line, `STOPSIGNAL is ${signal}`)]
}

function runs({ final, told }: Judged): ImageFinding[] {
  return final.flatMap(({ instruction }) => {
    if (instruction.keyword !== 'RUN') return []
    return commandsOf(instruction).flatMap((words) => runFindings(words, instruction.line, told))
  })
}

/** What a command installs is named by its class, where it is known. */
function runFindings(words: readonly string[], line: number, told: Judged['told']): ImageFinding[] {
  const [program = '', ...rest] = words
  if (isSetuidChange(program, rest)) return [told('setuid_file', line, `RUN ${words.slice(0, 4).join(' ')}`)]
  if (isInstall(words)) {
    const known = rest.flatMap((word) => {
      const name = word.replace(/(?<=.)@[^/]*$/, '').replace(/=.*$/, '')
      const rule = systemPackageRule(name) ?? npmPackageRule(name)
      return rule === null || word === rest[0] ? [] : [told(rule, line, `the final stage installs ${name}`)]
    })
    return known.length > 0
      ? known
      : [told('final_stage_installs', line, `the final stage runs ${program} ${rest[0] ?? ''}`)]
  }
  if (isFetch(program)) return [told('final_stage_installs', line, `the final stage fetches with ${program}`)]
  const rule = commandRule(program)
  // To look into a package manager, or to remove with it, installs nothing; whether it stays the image's files tell.
  return rule === null || rule === 'shell' || rule === 'package_manager'
    ? []
    : [told(rule, line, `the final stage runs ${program}`)]
}

function isSetuidChange(program: string, rest: readonly string[]): boolean {
  return program === 'chmod'
    ? rest.some((word) => /^[ugoa]*\+[a-z]*s|^0?[2467]\d{3}$/.test(word))
    : program === 'setcap'
}

function copies({ final, told }: Judged): ImageFinding[] {
  return final.flatMap(({ instruction, words, from }) => {
    const { keyword, line, flags } = instruction
    if (keyword !== 'COPY' && keyword !== 'ADD') return []
    const isContext = from === null
    const sources = words.slice(0, -1).filter((word) => !word.startsWith('<<'))
    const mode = flags.get('chmod') ?? ''
    return [
      ...(/^0?[2467]\d{3}$/.test(mode) ? [told('setuid_file', line, `--chmod=${mode}`)] : []),
      ...sources.flatMap((source) =>
        sourceFindings(source, { isContext, isAdd: keyword === 'ADD', line, told }),
      ),
    ]
  })
}

function sourceFindings(
  source: string,
  {
    isContext,
    isAdd,
    line,
    told,
  }: { isContext: boolean; isAdd: boolean; line: number; told: Judged['told'] },
): ImageFinding[] {
  if (isAdd && /^(?:https?|ftp|git|ssh):\/\/|^git@/.test(source))
    return [told('remote_add', line, `ADD fetches ${hostOf(source)}`)]
  if (isContext && /^(?:\.|\.\/|\/|\*|\.\/\*)$/.test(source))
    return [told('copies_context', line, `COPY ${source} takes all that is in the checkout`)]
  const rule = copiedPathRule(source)
  if (rule !== null) return [told(rule, line, `it copies ${source}`)]
  const secret = secretByName(source)
  return secret === null ? [] : [told('secret', line, `it copies ${source}: ${secret}`)]
}

/** An address may carry a password. */
const hostOf = (address: string) => /^[a-z]+:\/\/(?:[^@/]*@)?([^/]*)/.exec(address)?.[1] ?? 'an address'

/** In every stage: what a build was given stays in its history and its cache. */
function secrets({ file, told }: Judged): ImageFinding[] {
  return file.instructions.flatMap((instruction) => {
    const { keyword, line, rest, heredocs } = instruction
    const text = [rest, ...heredocs.map(({ content }) => content)].join('\n')
    const byContent = secretsIn(text).map((what) => told('secret', line, `${keyword} holds ${what}`))
    const isNamed = (keyword === 'ENV' || keyword === 'ARG') && byContent.length === 0
    return [...byContent, ...(isNamed ? namedSecrets(instruction, told) : [])]
  })
}

function namedSecrets({ keyword, rest, line }: Instruction, told: Judged['told']): ImageFinding[] {
  return pairsOf(rest).flatMap(([name, value]) => {
    const isGiven =
      value !== null && value !== '' && value !== '""' && !value.startsWith('$') && !value.startsWith('/')
    return isGiven && isSecretName(name) ? [told('secret', line, `${keyword} gives ${name} a value`)] : []
  })
}

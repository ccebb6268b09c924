/**
 * One gate's program, to its end or its limit. It gets a process group of its own, which is ended with it: nothing that
 * it has started is left behind. Whatever does not end with a report that can be read has not passed, with the reason.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DurationMs } from '#domain/time.ts'
import {
  gateReport,
  notRun,
  REPORT_BYTES_LIMIT,
  settledReport,
  type GateReport,
} from '#domain/release/gate-report.ts'
import type { GateProgram } from '#domain/release/gates.ts'
import { AGENT_MAIN } from '#agent/places.ts'
import { OutputTail } from '#agent/system/output-tail.ts'

export interface ProgramPlace {
  /** The release, or checkout, whose programs these are. */
  readonly release: string
  readonly env: NodeJS.ProcessEnv
}

/** What a program of `holdfast` prints, as a report; null: that is no answer of it. */
export type Interpreter = (document: unknown, exitCode: number) => GateReport | null

export interface Ended {
  readonly report: GateReport
  /** As it can be typed again. */
  readonly command: string
}

/** After this a program that was told to end is ended. */
const GRACE_MS: DurationMs = 3000

export async function runProgram(
  program: GateProgram,
  { release, env }: ProgramPlace,
  { limitMs, interpret, signal }: { limitMs: DurationMs; interpret: Interpreter; signal?: AbortSignal },
): Promise<Ended> {
  const { args, command } = commandOf(program, release)
  const missing = program.kind === 'script' && !existsSync(join(release, program.file))
  if (missing) {
    const message = `${program.file} is not here: it comes with a checkout, and with no image`
    return { command, report: notRun('tool_missing', message, 'run the gates in a checkout of this commit') }
  }
  const ended = await childEnded(args, { cwd: release, env, limitMs, ...(signal ? { signal } : {}) })
  return { command, report: settledReport(reportOf(ended, interpret, limitMs)) }
}

function commandOf(program: GateProgram, release: string): { args: string[]; command: string } {
  if (program.kind === 'script') {
    return { args: [join(release, program.file)], command: `node ${program.file}` }
  }
  return { args: [AGENT_MAIN, ...program.words], command: `holdfast ${program.words.join(' ')}` }
}

interface ChildEnd {
  readonly how: 'ended' | 'late' | 'stopped' | 'too_much' | 'unstartable'
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly lastWords: string
}

interface ChildOptions {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly limitMs: DurationMs
  readonly signal?: AbortSignal
}

function childEnded(args: readonly string[], options: ChildOptions): Promise<ChildEnd> {
  const { cwd, env, limitMs, signal: stopping } = options
  const child = spawn(process.execPath, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const { promise, resolve } = Promise.withResolvers<ChildEnd>()
  const [chunks, tail] = [[] as Buffer[], new OutputTail()]
  let [how, bytes]: [ChildEnd['how'], number] = ['ended', 0]
  const endGroup = (why: ChildEnd['how']) => {
    if (how === 'ended') how = why
    signalGroup(child.pid, 'SIGTERM')
    setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MS).unref()
  }
  const limit = setTimeout(() => endGroup('late'), limitMs)
  const stop = () => endGroup('stopped')
  stopping?.addEventListener('abort', stop)
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > REPORT_BYTES_LIMIT) endGroup('too_much')
    else chunks.push(chunk)
  })
  child.stderr.on('data', (chunk: Buffer) => tail.add(chunk))
  const done = (code: number | null, signal: string | null) => {
    clearTimeout(limit)
    stopping?.removeEventListener('abort', stop)
    // What it has started and left would go on in its place.
    signalGroup(child.pid, 'SIGKILL')
    const stdout = Buffer.concat(chunks).toString('utf8')
    resolve({ how, code, signal, stdout, lastWords: tail.lastLines({}) })
  }
  child.once('error', () => {
    how = 'unstartable'
    done(null, null)
  })
  // `exit`, not `close`: a grandchild that holds the pipes is not waited for.
  child.once('exit', (code, signal) => setImmediate(done, code, signal))
  return promise
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // All of it has ended.
  }
}

function reportOf(ended: ChildEnd, interpret: Interpreter, limitMs: DurationMs): GateReport {
  const { how, code, signal, stdout, lastWords } = ended
  const words = lastWords === '' ? '' : `: ${lastLine(lastWords)}`
  switch (how) {
    case 'late':
      return notRun('hangs', `it had not ended after ${limitMs / 1000} s, and was ended${words}`)
    case 'stopped':
      return notRun('stopped', 'the run was stopped before it had ended')
    case 'too_much':
      return notRun('report_invalid', `it printed more than ${REPORT_BYTES_LIMIT} bytes`)
    case 'unstartable':
      return notRun('tool_missing', 'its program could not be started')
    case 'ended': {
      if (signal !== null) return notRun('died', `it was ended by ${signal}${words}`)
      const report = interpret(jsonIn(stdout), code ?? 1)
      return report ?? notRun('died', `it ended with exit code ${code ?? 'none'} and no report${words}`)
    }
  }
}

/** A script prints its report as it is. */
export const plainReport: Interpreter = (document) => {
  const parsed = gateReport.safeParse(document)
  return parsed.success ? parsed.data : null
}

function jsonIn(stdout: string): unknown {
  try {
    return JSON.parse(stdout)
  } catch {
    return null // the interpreter says that it is none
  }
}

function lastLine(words: string): string {
  return words.split('\n').at(-1) ?? ''
}

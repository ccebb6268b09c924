/**
 * The preflight (WD8a): gunicorn answers a reload whose application cannot be imported by ending the whole
 * service, so the same start is tried first, in a process beside it that loads everything and serves nothing.
 * It stops before gunicorn opens sockets or writes its pid file.
 *
 * The command line and the environment are the target's own words. They are run with the target's rights and
 * never with more: as root only after changing to its user, and not at all where that is impossible. (Through no
 * other program on the way: one that root started with the target's environment would obey its LD_PRELOAD.)
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { errorCode } from '#agent/settings/read-json.ts'
import type { DurationMs } from '#domain/time.ts'
import type { Preflight, PreflightAnswer } from '#agent/ports/preflight.ts'
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import { OutputTail } from './output-tail.ts'
import { OutputHead, printedSettings } from './printed-settings.ts'
import { checkAlone, preflightCommand, PRINT, type PreflightCommand } from './preflight-command.ts'
import { ProcessHandle } from './process-handle.ts'
import { statusOf, wordsOf } from './proc-files.ts'

const LIMIT_MS = 10_000
/** After its end: for output that is on its way, and then for whatever it started and left behind. */
const DRAIN_MS = 500

export interface PreflightOptions {
  readonly limitMs?: DurationMs
  /** A program that stands in gunicorn's place, by its whole path. */
  readonly standIn?: string | null
}

export function realPreflight({ limitMs = LIMIT_MS, standIn = null }: PreflightOptions = {}): Preflight {
  return async (master) => {
    const reading = commandOf(master, standIn)
    if (typeof reading === 'string') return { kind: 'unavailable', detail: reading }
    const { command, rights, groupsLost } = reading
    const answer = await run(command, rights, limitMs)
    return judged(
      knowsNoSettings(answer) ? await run(checkAlone(command), rights, limitMs) : answer,
      groupsLost,
    )
  }
}

/** gunicorn before 20.0 could be asked to check, and not to print. */
function knowsNoSettings(answer: PreflightAnswer): boolean {
  return answer.kind === 'failed' && answer.lastLines.includes(`unrecognized arguments: ${PRINT}`)
}

/** None where the check runs with the rights that this process has anyway. */
type Rights = { readonly uid: number; readonly gid: number } | Record<string, never>

interface Reading {
  readonly command: PreflightCommand
  readonly rights: Rights
  /** Groups that the target has and the check has not: Node changes user and group, and drops all others. */
  readonly groupsLost: readonly number[]
}

/** With less than the target may do, success proves it all the same, and failure proves nothing. */
function judged(answer: PreflightAnswer, groupsLost: readonly number[]): PreflightAnswer {
  if (answer.kind !== 'failed' || groupsLost.length === 0) return answer
  const without = `it could only be tried without the target's groups ${groupsLost.join(', ')}`
  return { kind: 'unavailable', detail: `${without}: ${answer.lastLines}` }
}

/** A sentence where it cannot be said how, or may not be done. */
function commandOf(master: MasterSighting, standIn: string | null): Reading | string {
  const { pid, start_ticks: startTicks } = master.identity
  const handle = ProcessHandle.open(pid)
  try {
    const environment = wordsOf(pid, 'environ')
    const { uid, gid, groups } = statusOf(pid)
    if (handle?.read()?.startTicks !== startTicks) return `process ${pid} is not the master any more`
    const own = process.geteuid?.()
    if (own !== 0 && own !== uid) return `the target runs as user ${uid}, this process as user ${own}`
    if (environment.length === 0) return `the environment of process ${pid} cannot be read`

    const command = preflightCommand(master, environment, standIn)
    if (command === null) return `the command line of process ${pid} does not say how gunicorn was started`
    if (own === uid) return { command, rights: {}, groupsLost: [] }
    return { command, rights: { uid, gid }, groupsLost: groups.filter((group) => group !== gid) }
  } finally {
    handle?.close()
  }
}

async function run(command: PreflightCommand, rights: Rights, limitMs: DurationMs): Promise<PreflightAnswer> {
  const output = { head: new OutputHead(), tail: new OutputTail() }
  const child = start(command, rights, output)
  if (typeof child === 'string') return { kind: 'unavailable', detail: child }

  const end = await endOf(child, limitMs)
  const { settings, rest } = printedSettings(output.head.text())
  const lastLines = output.tail.lastLines(command.env, rest)
  if (end.kind === 'not_started') return { kind: 'unavailable', detail: end.detail }
  if (end.kind === 'too_slow') {
    return { kind: 'failed', lastLines: `${lastLines}\nnot loaded within ${limitMs / 1_000} s`.trimStart() }
  }
  if (end.code === 0) return { kind: 'passed', settings }
  // Somebody's SIGKILL (the kernel's, when memory is short) says nothing of the application.
  if (end.signal === 'SIGKILL' || end.signal === 'SIGTERM') {
    return { kind: 'unavailable', detail: `the check was ended by ${end.signal}` }
  }
  const how = end.signal === null ? `exit code ${end.code}` : `ended by ${end.signal}`
  return { kind: 'failed', lastLines: lastLines === '' ? how : lastLines }
}

function start(
  command: PreflightCommand,
  rights: Rights,
  { head, tail }: { head: OutputHead; tail: OutputTail },
): ChildProcess | string {
  try {
    const child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: command.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, so that all of it can be ended.
      detached: true,
      ...rights,
    })
    child.stdout.on('data', (chunk: Buffer) => tail.add(head.add(chunk)))
    child.stderr.on('data', (chunk: Buffer) => tail.add(chunk))
    return child
  } catch (error) {
    return `${command.file} could not be started (${errorCode(error)})`
  }
}

type End =
  | { kind: 'ended'; code: number | null; signal: NodeJS.Signals | null }
  | { kind: 'too_slow' }
  | { kind: 'not_started'; detail: string }

function endOf(child: ChildProcess, limitMs: DurationMs): Promise<End> {
  return new Promise((settle) => {
    let end: End | null = null
    let drain: NodeJS.Timeout | undefined
    const finish = (): void => {
      clearTimeout(limit)
      clearTimeout(drain)
      // Whoever still holds the pipes must not keep them, or us, alive.
      for (const stream of [child.stdout, child.stderr]) stream?.destroy()
      settle(end ?? { kind: 'too_slow' })
    }
    const limit = setTimeout(() => {
      end ??= { kind: 'too_slow' }
      killGroup(child)
      // Its exit is not waited for: in a read that never returns, not even SIGKILL ends a process.
      drain = setTimeout(finish, DRAIN_MS)
    }, limitMs)

    child.once('error', (error) => {
      end ??= { kind: 'not_started', detail: `it could not be started (${errorCode(error)})` }
      finish()
    })
    child.once('exit', (code, signal) => {
      end ??= { kind: 'ended', code, signal }
      clearTimeout(drain)
      drain = setTimeout(() => {
        killGroup(child)
        finish()
      }, DRAIN_MS)
    })
    // All pipes are closed: nobody of it is left, or nobody that we would hear of.
    child.once('close', finish)
  })
}

/** The group's number is its leader's pid, and stays taken while any of its processes lives. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nobody is left in it.
  }
}

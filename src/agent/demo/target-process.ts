/** One run of the target: started, waited for, ended. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { HoldfastProblem } from '#domain/problems.ts'
import { formatHostPort } from './arguments.ts'
import type { HostPort } from './arguments.ts'
import type { DemoPaths } from './demo-paths.ts'
import { sightProcess } from '#agent/system/process-table.ts'
import { WORKERS, type TargetCommand } from './target-command.ts'
import { identifyTarget, recordIdentity } from './target-identity.ts'
import type { TargetIdentity } from './target-identity.ts'

export interface RunningTarget {
  readonly child: ChildProcess
  readonly identity: TargetIdentity
  readonly exited: Promise<string>
}

export interface TargetSurroundings {
  readonly paths: DemoPaths
  readonly pricing: HostPort
  /** Settings of the target that may be overridden from outside. */
  readonly environment: NodeJS.ProcessEnv
}

const PASSED_ON = ['LANG', 'LC_ALL', 'TZ', 'HOLDFAST_DEMO_BREAKER_OPEN_SECONDS'] as const

export function startTarget(command: TargetCommand, surroundings: TargetSurroundings): RunningTarget {
  const { paths } = surroundings
  // Counters count from the start of the target; and a torn file of an earlier run must not meet this one.
  rmSync(paths.dataDir, { recursive: true, force: true })
  mkdirSync(paths.dataDir, { recursive: true, mode: 0o700 })
  removeStalePidFile(paths)

  const log = openSync(paths.logFile, 'a', 0o640)
  const child = spawn(command.file, command.args, {
    cwd: paths.ownDir,
    env: targetEnvironment(surroundings),
    stdio: ['ignore', log, log],
    // A session of its own: Ctrl-C in the terminal reaches only the demonstration, which ends it in order.
    detached: true,
  })
  closeSync(log)
  const exited = exitOf(child)
  const identity = child.pid === undefined ? null : identifyTarget(child.pid, paths.pidFile)
  if (identity === null) {
    throw new HoldfastProblem('target_start_failed', `${command.file} could not be started.`)
  }
  recordIdentity(paths.identityFile, identity)
  return { child, identity, exited }
}

/** How the master ended, in words. Never rejects. */
function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `exited with code ${code}` : `was ended by ${signal}`),
    )
  })
}

/** Little is passed on: gunicorn and Python take options from the environment that would change the target. */
function targetEnvironment({ paths, pricing, environment }: TargetSurroundings): NodeJS.ProcessEnv {
  const passedOn = PASSED_ON.map((name) => [name, environment[name]] as const)
  return {
    ...Object.fromEntries(passedOn.filter(([, value]) => value !== undefined)),
    PATH: '/usr/local/bin:/usr/bin:/bin',
    PYTHONDONTWRITEBYTECODE: '1',
    // For the Node target: its later workers need no compiling, and 20 MiB less each.
    NODE_COMPILE_CACHE: join(paths.dataDir, 'compile-cache'),
    HOLDFAST_DEMO_DATA_DIR: paths.dataDir,
    HOLDFAST_DEMO_FAULTS_FILE: paths.faultsFile,
    HOLDFAST_DEMO_PRICING: formatHostPort(pricing),
    HOLDFAST_DEMO_WORKERS: String(WORKERS),
  }
}

/**
 * gunicorn refuses to start when its pid file names any living process, and after a crash that pid may be
 * anybody's by now. The file is ours, so one whose process is no target of ours is simply out of date.
 */
export function removeStalePidFile({ pidFile }: DemoPaths): void {
  let holder: ReturnType<typeof sightProcess> = null
  try {
    holder = sightProcess(Number(readFileSync(pidFile, 'utf8').trim()))
  } catch {
    return
  }
  if (holder?.commandLine.includes(pidFile)) {
    throw new HoldfastProblem(
      'target_start_failed',
      `Process ${holder.pid} already serves ${pidFile}, and it was not started by this demonstration.`,
    )
  }
  rmSync(pidFile, { force: true })
}

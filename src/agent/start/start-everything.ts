/**
 * What `npm start` runs: the agent, and without a configuration of the operator's own a demonstration
 * target beside it. Children are stopped in the opposite order of their start.
 */
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HoldfastProblem, type ProblemCode } from '#domain/problems.ts'
import type { Scenario } from '#domain/schemas/demonstration.ts'
import { takeLock } from '#agent/store/process-lock.ts'
import { prepareDirectory } from '#agent/system/directories.ts'
import { launch, type Launched } from './launch.ts'
import { agentChild, demonstrationChildren, settleDirectories, type Directories } from './plan.ts'

const READY_LIMIT_MS = 45_000

export interface StartRequest {
  env: Readonly<Record<string, string | undefined>>
  configFile: string | null
  scenario: Scenario
  /** Settles when somebody asks us to stop, which may be before we are ready. */
  stopped: Promise<string>
  say: (sentence: string) => void
}

export interface Everything {
  url: string
  /** Rejects when something ended that could not be kept running. */
  broken: Promise<never>
  stop(): Promise<void>
}

/** null where it was told to stop before it was ready. */
export async function startEverything(request: StartRequest): Promise<Everything | null> {
  const { env, ...directories } = settleDirectories(request.env, request.configFile)
  await prepareDirectory(directories.stateDir, 'the state directory')
  const lock = await takeLock(directories.stateDir, 'start')
  const releaseRuntimeDir = await claimRuntimeDir(directories)

  let launched: Launched[] = []
  const stop = async () => {
    for (const child of launched.toReversed()) await child.stop()
    await releaseRuntimeDir()
    lock.release()
  }
  try {
    await mkdir(join(directories.stateDir, 'log'), { recursive: true })
    launched = await launchAll(request, env, directories)
    const reports = await Promise.race([allReady(launched), request.stopped])
    if (typeof reports === 'string') {
      await stop()
      return null
    }
    const url = String(reports[0]?.url)
    await requireConsole(url)
    return { url, broken: Promise.race(launched.map(({ broken }) => broken)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** All first reports, within a limit: a child that hangs is a failure too. */
async function allReady(launched: readonly Launched[]): Promise<Awaited<Launched['ready']>[]> {
  const late = Promise.withResolvers<never>()
  const limit = setTimeout(
    () =>
      late.reject(new HoldfastProblem('target_start_failed', `not ready within ${READY_LIMIT_MS / 1000} s`)),
    READY_LIMIT_MS,
  )
  // Whoever stops the start no longer waits for this; the children keep the process alive, not their limit.
  limit.unref()
  try {
    return await Promise.race([Promise.all(launched.map(({ ready }) => ready)), late.promise])
  } finally {
    clearTimeout(limit)
  }
}

/** The agent is the first of the list. */
async function launchAll(
  { configFile, scenario, say }: StartRequest,
  env: StartRequest['env'],
  directories: Directories,
): Promise<Launched[]> {
  const launchAs = (code: ProblemCode) => (spec: Parameters<typeof launch>[0]) => launch(spec, { code, say })
  if (configFile !== null) return [launchAs('internal')(agentChild(env, directories))]
  const { agent, target } = await demonstrationChildren(env, directories, scenario)
  return [launchAs('internal')(agent), launchAs('target_start_failed')(target)]
}

/** A runtime directory that was not there before is not there afterwards. */
async function claimRuntimeDir({ runtimeDir }: Directories): Promise<() => Promise<void>> {
  const wasThere = existsSync(runtimeDir)
  await prepareDirectory(runtimeDir, 'the runtime directory')
  return async () => {
    if (!wasThere) await rm(runtimeDir, { recursive: true, force: true })
  }
}

/** "Ready" means that a browser gets the console, not that a process has started. */
async function requireConsole(url: string): Promise<void> {
  const answer = await fetch(url, { headers: { accept: 'text/html' }, signal: AbortSignal.timeout(5000) })
  await answer.body?.cancel()
  if (!answer.ok) throw new HoldfastProblem('console_not_built', `${url} answers ${answer.status}`)
}

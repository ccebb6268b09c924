/**
 * What `npm start` runs: agent and watchdog, and without a configuration of the operator's own a
 * demonstration target beside them.
 */
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HoldfastProblem } from '#domain/problems.ts'
import type { Scenario } from '#domain/schemas/demonstration.ts'
import { makeLoginLink } from '#agent/operator/access-commands.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import { requireFreePort } from '#agent/system/tcp-port.ts'
import { takeLock } from '#agent/store/process-lock.ts'
import { prepareDirectory } from '#agent/system/directories.ts'
import type { ChildSpec } from './child.ts'
import { launch, type Launched, type LaunchOptions } from './launch.ts'
import {
  agentChild,
  demonstrationChildren,
  settleDirectories,
  watchdogChild,
  type Directories,
} from './plan.ts'

const READY_LIMIT_MS = 30_000

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
  /** For whoever sits at the terminal: in once, without a password (SE2). */
  signInLink(): Promise<string>
  /** Rejects when something ended that could not be kept running. */
  broken: Promise<never>
  stop(): Promise<void>
}

/** null where it was told to stop before it was ready. */
export async function startEverything(request: StartRequest): Promise<Everything | null> {
  const { env, host, port, ...directories } = settleDirectories(request.env, request.configFile)
  await requireFreePort(host, port)
  await prepareDirectory(directories.stateDir, 'the state directory')
  const lock = await takeLock(directories.stateDir, 'start')
  const releaseRuntimeDir = await claimRuntimeDir(directories)

  const launched: Launched[] = []
  const stop = async () => {
    for (const child of inOrderOfStop(launched)) await child.stop()
    await releaseRuntimeDir()
    lock.release()
  }
  try {
    await mkdir(join(directories.stateDir, 'log'), { recursive: true })
    const url = await Promise.race([
      launchAll(request, env, directories, launched),
      request.stopped.then(() => null),
    ])
    if (url === null) {
      await stop()
      return null
    }
    await requireConsole(url)
    const settings = () => operatorSettings(env, request.configFile)
    return {
      url,
      signInLink: async () => (await makeLoginLink(settings())).url,
      broken: Promise.race(launched.map(({ broken }) => broken)),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * One after the other, the agent last: its first look shall find a target that is there. Returns the
 * agent's address.
 */
async function launchAll(
  { configFile, scenario, say }: StartRequest,
  env: StartRequest['env'],
  directories: Directories,
  launched: Launched[],
): Promise<string> {
  if (configFile === null) {
    const { agent, watchdog, target } = await demonstrationChildren(env, directories, scenario)
    await launchNext(target, { code: 'target_start_failed', say }, launched)
    return launchBoth(agent, watchdog)
  }
  return launchBoth(agentChild(env, directories), watchdogChild(env, directories))

  // They need nothing of each other to start.
  async function launchBoth(agent: ChildSpec, watchdog: ChildSpec): Promise<string> {
    const [report] = await Promise.all(
      [agent, watchdog].map((spec) => launchNext(spec, { code: 'internal', say }, launched)),
    )
    return String(report?.url)
  }
}

/** Within a limit: a child that hangs is a failure too. */
async function launchNext(
  spec: ChildSpec,
  options: LaunchOptions,
  launched: Launched[],
): Promise<Awaited<Launched['ready']>> {
  const child = launch(spec, options)
  launched.push(child)
  const late = Promise.withResolvers<never>()
  const limit = setTimeout(
    () =>
      late.reject(
        new HoldfastProblem(options.code, `the ${spec.name} is not ready within ${READY_LIMIT_MS / 1000} s`),
      ),
    READY_LIMIT_MS,
  )
  // Whoever stops the start no longer waits for this; the children keep the process alive, not their limit.
  limit.unref()
  try {
    return await Promise.race([child.ready, late.promise])
  } finally {
    clearTimeout(limit)
  }
}

/** The watchdog first, or it would wonder where its target went; the agent last, to tell of it. */
function inOrderOfStop(launched: readonly Launched[]): Launched[] {
  const order = ['watchdog', 'demonstration', 'agent']
  return launched.toSorted((one, other) => order.indexOf(one.name) - order.indexOf(other.name))
}

/** A runtime directory that was not there before is not there afterwards. */
async function claimRuntimeDir({ runtimeDir, runtimeDirIsOurs }: Directories): Promise<() => Promise<void>> {
  const isOurs = runtimeDirIsOurs || !existsSync(runtimeDir)
  await prepareDirectory(runtimeDir, 'the runtime directory')
  return async () => {
    if (isOurs) await rm(runtimeDir, { recursive: true, force: true })
  }
}

/** "Ready" means that a browser gets the console, not that a process has started. */
async function requireConsole(url: string): Promise<void> {
  const answer = await fetch(url, { headers: { accept: 'text/html' }, signal: AbortSignal.timeout(5000) })
  await answer.body?.cancel()
  if (!answer.ok) throw new HoldfastProblem('console_not_built', `${url} answers ${answer.status}`)
}

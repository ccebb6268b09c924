/** Which target can run here, and how it is started. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { HoldfastProblem } from '#domain/problems.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { formatHostPort } from './arguments.ts'
import type { DemoArguments, HostPort } from './arguments.ts'
import type { DemoPaths } from './demo-paths.ts'

export interface TargetCommand {
  readonly kind: 'gunicorn' | 'node'
  readonly file: string
  readonly args: readonly string[]
}

export interface CommandInput {
  readonly contract: RuntimeContract
  readonly paths: DemoPaths
  readonly statsd: HostPort
  readonly choice: DemoArguments['target']
  readonly signal: AbortSignal
}

const HERE = import.meta.dirname
export const WORKERS = 4
const SYSTEM_GUNICORN = { interpreter: '/usr/bin/python3', gunicorn: '/usr/bin/gunicorn' }
const TRIAL_LIMIT_MS = 15_000

export async function chooseTarget(input: CommandInput): Promise<TargetCommand> {
  if (input.choice === 'node') return nodeCommand(input)
  for (const candidate of [input.contract.binaries, SYSTEM_GUNICORN]) {
    const help = await gunicornHelp(candidate, input.signal)
    if (help !== null) return gunicornCommand(input, candidate, help)
  }
  if (input.choice === 'auto') return nodeCommand(input)
  throw new HoldfastProblem(
    'target_start_failed',
    `No gunicorn can be run: neither ${input.contract.binaries.gunicorn} with ${input.contract.binaries.interpreter}, nor ${SYSTEM_GUNICORN.gunicorn}.`,
  )
}

interface Gunicorn {
  readonly interpreter: string
  readonly gunicorn: string
}

/** Its help text when this interpreter really can run it, else null: a file that exists proves little. */
async function gunicornHelp(
  { interpreter, gunicorn }: Gunicorn,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(interpreter, [gunicorn, '--help'], {
      timeout: TRIAL_LIMIT_MS,
      signal,
      env: { PATH: '/usr/bin:/bin', PYTHONDONTWRITEBYTECODE: '1' },
    })
    return stdout.includes('--worker-class') ? stdout : null
  } catch {
    return null
  }
}

function gunicornCommand(
  input: CommandInput,
  { interpreter, gunicorn }: Gunicorn,
  help: string,
): TargetCommand {
  const { contract, paths, statsd } = input
  const options: [string, string][] = [
    ['--bind', contract.bind],
    ['--pid', paths.pidFile],
    ['--workers', String(WORKERS)],
    ['--worker-class', 'gthread'],
    ['--threads', '32'],
    ['--timeout', '30'],
    ['--graceful-timeout', '10'],
    ['--statsd-host', formatHostPort(statsd)],
    ['--error-logfile', paths.logFile],
    // Otherwise each worker's heartbeat file is in /tmp; a worker killed as it begins leaves it, and this is emptied.
    ['--worker-tmp-dir', paths.dataDir],
    // Where gunicorn rewrites its command line (setproctitle), the title still tells whose it is.
    ['--name', paths.pidFile],
    ['--chdir', join(HERE, 'target')],
  ]
  return {
    kind: 'gunicorn',
    file: interpreter,
    args: [gunicorn, ...options.flat(), ...controlSocket(help, paths), 'app:application'],
  }
}

/** Newer versions put a control socket into the home directory unless they are told better. */
function controlSocket(help: string, { dataDir }: DemoPaths): string[] {
  if (help.includes('--no-control-socket')) return ['--no-control-socket']
  return help.includes('--control-socket') ? ['--control-socket', join(dataDir, 'gunicorn.ctl')] : []
}

function nodeCommand({ contract, paths, statsd }: CommandInput): TargetCommand {
  const options: [string, string][] = [
    ['--bind', contract.bind],
    ['--pid', paths.pidFile],
    ['--workers', String(WORKERS)],
    ['--statsd-host', formatHostPort(statsd)],
  ]
  return {
    kind: 'node',
    file: process.execPath,
    args: [join(HERE, 'node-target', 'main.ts'), ...options.flat()],
  }
}

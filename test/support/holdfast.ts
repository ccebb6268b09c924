/** Runs the real thing for a test: `npm start`'s own script, under the pinned Node, in directories of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** What ships: `npm test` builds it first. */
export const AGENT_PROGRAM = join(ROOT, 'build/agent/holdfast.js')

export interface Run {
  process: ChildProcess
  /** What it has said so far. */
  stdout(): string
  stderr(): string
  /** Settles with the exit code; null where a signal ended it. */
  ended: Promise<number | null>
}

export function run(
  args: readonly string[],
  env: Record<string, string> = {},
  program = process.execPath,
): Run {
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...cleanEnvironment(), NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/compile'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()))
  return {
    process: child,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    ended: once(child, 'close').then(([code]) => code as number | null),
  }
}

/** The same in a terminal of its own; ended by a signal it hangs up, as a terminal whose window is closed. */
export function runInTerminal(args: readonly string[], env: Record<string, string> = {}): Run {
  const open = 'import pty, sys; pty.spawn(sys.argv[1:])'
  return run(['-c', open, process.execPath, ...args], env, 'python3')
}

/** `holdfast …`, to its end. */
export async function holdfast(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const running = run(['tools/holdfast.mjs', ...args], env)
  const code = await running.ended
  return { code, stdout: running.stdout(), stderr: running.stderr() }
}

export interface Scratch {
  directory: string
  stateDir: string
  runtimeDir: string
  env: Record<string, string>
  remove(): void
}

export function scratch(): Scratch {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-'))
  const stateDir = join(directory, 'state')
  const runtimeDir = join(directory, 'run')
  return {
    directory,
    stateDir,
    runtimeDir,
    env: { HOLDFAST_STATE_DIR: stateDir, HOLDFAST_RUNTIME_DIR: runtimeDir, HOLDFAST_PORT: '0' },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

export async function readyUrl(running: Run): Promise<string> {
  return until(
    `the ready line; stderr: ${running.stderr()}`,
    () => {
      if (running.process.exitCode !== null) throw new Error(`it ended: ${running.stderr()}`)
      return /^Holdfast ready: (\S+)$/m.exec(running.stdout())?.[1]
    },
    45_000,
  )
}

/** Pids of all processes whose command line or environment names a directory of the test. */
export async function processesOf(directory: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const found: number[] = []
  for (const pid of pids) {
    if (pid === process.pid) continue
    const texts = await Promise.all(
      ['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
    )
    if (texts.some((text) => text.includes(directory))) found.push(pid)
  }
  return found
}

/** Without what the shell of whoever runs the tests has set for us. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(HOLDFAST_|WATCHDOG_|WORKER_|CONDA_|GUNICORN_|RUNTIME_CONTRACT_|NODE_CHANNEL)/.test(name),
    ),
  )
}

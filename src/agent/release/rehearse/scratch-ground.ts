/**
 * A deployment of its own in a scratch root: a contract, an application, a real gunicorn, watchdog and agent. Everything
 * that it starts is a process group that it ends; nothing outside of its directory is written.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { HoldfastProblem } from '#domain/problems.ts'
import type { Walk } from '#domain/release/rehearsal.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { DurationMs } from '#domain/time.ts'
import { AGENT_MAIN, SHIPPED_CONTRACT } from '#agent/places.ts'
import { loadContract } from '#agent/settings/load-contract.ts'
import { freeTcpPort } from '#agent/start/free-port.ts'
import { endProgram, killProgram, type ProgramEnd } from './program-end.ts'

const WORKERS = 2
const SYSTEM = { interpreter: '/usr/bin/python3', gunicorn: '/usr/bin/gunicorn' }
const STOP_MS: DurationMs = 10_000
const END_WORDS: Readonly<Record<Exclude<ProgramEnd, 'by_itself'>, string>> = {
  killed: `did not end by itself within ${STOP_MS / 1000} s, and was killed`,
  left_others: 'ended, and left running what it had started, which was killed',
}

/** Answers healthy, and takes a moment, so that requests are under way when workers are replaced. */
const APPLICATION = `
import time
def app(environ, start_response):
    if environ['PATH_INFO'] != '/health':
        time.sleep(0.02)
    start_response('200 OK', [('Content-Type', 'application/json')])
    return [b'{"status": "healthy"}']
`

export class ScratchGround {
  readonly directory: string
  readonly contract: RuntimeContract
  readonly env: NodeJS.ProcessEnv
  readonly #children: { readonly name: string; readonly child: ChildProcess }[] = []

  private constructor(directory: string, contract: RuntimeContract, env: NodeJS.ProcessEnv) {
    this.directory = directory
    this.contract = contract
    this.env = env
  }

  static async open(directory: string, env: NodeJS.ProcessEnv): Promise<ScratchGround> {
    rmSync(directory, { recursive: true, force: true })
    const [runtimeDir, stateDir] = [join(directory, 'run'), join(directory, 'state')]
    for (const one of [runtimeDir, stateDir]) mkdirSync(one, { recursive: true, mode: 0o770 })
    const shipped = loadContract(SHIPPED_CONTRACT, {}).contract
    const contract: RuntimeContract = {
      ...shipped,
      kind: 'demonstration',
      conda: null,
      binaries: { ...usablePython(shipped), node: process.execPath },
      paths: {
        runtime_dir: runtimeDir,
        state_dir: stateDir,
        pid_file: join(runtimeDir, 'gunicorn.pid'),
        restart_flag: join(runtimeDir, 'restart.flag'),
        state_file: join(stateDir, 'restart-state.json'),
      },
      bind: `127.0.0.1:${await freeTcpPort()}`,
    }
    writeFileSync(join(directory, 'contract.json'), JSON.stringify(contract))
    writeFileSync(join(directory, 'rehearsed.py'), APPLICATION)
    return new ScratchGround(directory, contract, {
      PATH: env.PATH,
      NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE,
      HOLDFAST_CONTRACT_FILE: join(directory, 'contract.json'),
      HOLDFAST_PROBE_INTERVAL_S: '0.2',
      HOLDFAST_PORT: '0',
      HOLDFAST_STATSD_PORT: '0',
    })
  }

  get gunicorn(): string {
    return this.contract.binaries.gunicorn
  }

  startTarget(workerClass: Walk['worker_class']): void {
    const { interpreter, gunicorn } = this.contract.binaries
    const { pid_file: pidFile } = this.contract.paths
    const threads = workerClass === 'gthread' ? ['--threads', '8', '--keep-alive', '30'] : []
    const place = ['--pid', pidFile, '--bind', this.contract.bind, '--workers', String(WORKERS)]
    const words = [gunicorn, ...place, '--worker-class', workerClass, ...threads, 'rehearsed:app']
    const env = { PATH: '/usr/bin:/bin', PYTHONDONTWRITEBYTECODE: '1' }
    this.#start('target', interpreter, words, env)
  }

  startProgram(name: 'watchdog' | 'serve'): void {
    this.#start(name, process.execPath, [AGENT_MAIN, name], this.env)
  }

  get masterPid(): number | null {
    try {
      const pid = Number(readFileSync(this.contract.paths.pid_file, 'utf8'))
      return Number.isInteger(pid) && pid > 1 ? pid : null
    } catch {
      return null // not yet, or for a moment not, as at each reload
    }
  }

  /** Of the master, as the kernel knows them. */
  get workers(): number[] {
    const pid = this.masterPid
    const path = `/proc/${pid}/task/${pid}/children`
    if (pid === null || !existsSync(path)) return []
    return readFileSync(path, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  }

  get allWorkers(): number {
    return WORKERS
  }

  /** The end of what a program has said. */
  lastWords(name: string): string {
    const log = join(this.directory, `${name}.log`)
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-2).join(' ') : ''
  }

  logOf(name: string): string {
    return readFileSync(join(this.directory, `${name}.log`), 'utf8')
  }

  /** Returns, in words, what did not end as it has to: that was killed. */
  async end(): Promise<string[]> {
    const faults: string[] = []
    for (const { name, child } of this.#children.toReversed()) {
      const end = await endProgram(child, STOP_MS)
      if (end !== 'by_itself')
        faults.push(`${name} ${END_WORDS[end]}; its last words: ${this.lastWords(name)}`)
    }
    return faults
  }

  /** At once, where nobody waits for how it ends. */
  kill(): void {
    for (const { child } of this.#children) killProgram(child)
  }

  #start(name: string, file: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
    const log = join(this.directory, `${name}.log`)
    const out = openSync(log, 'a', 0o600)
    const child = spawn(file, args, { cwd: this.directory, env, detached: true, stdio: ['ignore', out, out] })
    closeSync(out)
    child.on('error', () => {}) // told by what never comes
    this.#children.push({ name, child })
  }
}

/** That of the contract's prefix where it runs, else the system's: which one is told. */
function usablePython({ binaries }: RuntimeContract): typeof SYSTEM {
  for (const one of [binaries, SYSTEM]) {
    if (isExecutable(one.interpreter) && isExecutable(one.gunicorn)) {
      return { interpreter: one.interpreter, gunicorn: one.gunicorn }
    }
  }
  const detail = `no gunicorn can be run: neither ${binaries.gunicorn} nor ${SYSTEM.gunicorn}`
  throw new HoldfastProblem('target_start_failed', detail)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Starts a real demonstration in directories and on ports of its own, and ends every process of it. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DemoEvent } from '#agent/demo/events.ts'
import { demonstrationStatus } from '#domain/schemas/demonstration.ts'
import type { DemonstrationStatus, Scenario } from '#domain/schemas/demonstration.ts'
import { targetHealth } from '#domain/schemas/health.ts'
import type { TargetHealth } from '#domain/schemas/health.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import contractInRepository from '../../../deploy/runtime-contract.json' with { type: 'json' }
import { processesMentioning } from './processes.ts'
import { waitFor } from './wait.ts'

export const MAIN = join(import.meta.dirname, '../../../src/agent/demo/main.ts')
export const TARGETS = existsSync('/usr/bin/gunicorn') ? (['gunicorn', 'node'] as const) : (['node'] as const)
export type TargetKind = (typeof TARGETS)[number]

export interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  readonly body: string
}

/** A place for demonstrations to run in, one after the other. */
export class DemoGround {
  readonly dir = mkdtempSync(join(tmpdir(), 'holdfast-demo-'))
  readonly runtimeDir = join(this.dir, 'run')
  readonly stateDir = join(this.dir, 'state')
  readonly pidFile = join(this.runtimeDir, 'gunicorn.pid')
  readonly contractFile = join(this.dir, 'contract.json')
  readonly datagrams: string[] = []
  readonly #statsd = createSocket('udp4')
  port = 0
  statsdPort = 0

  static async open(): Promise<DemoGround> {
    const ground = new DemoGround()
    mkdirSync(ground.runtimeDir)
    mkdirSync(ground.stateDir)
    ground.port = await freePort()
    ground.statsdPort = await new Promise((resolve) => {
      ground.#statsd.on('message', (message) => ground.datagrams.push(message.toString()))
      ground.#statsd.bind(0, '127.0.0.1', () => resolve(ground.#statsd.address().port))
    })
    writeFileSync(ground.contractFile, JSON.stringify(ground.contract()))
    return ground
  }

  contract(): RuntimeContract {
    return {
      ...(contractInRepository as RuntimeContract),
      $schema: undefined as never,
      kind: 'demonstration',
      paths: {
        runtime_dir: this.runtimeDir,
        state_dir: this.stateDir,
        pid_file: this.pidFile,
        restart_flag: join(this.runtimeDir, 'restart.flag'),
        state_file: join(this.stateDir, 'restart-state.json'),
      },
      bind: `127.0.0.1:${this.port}`,
    }
  }

  arguments(target: TargetKind, scenario: Scenario, speed = 1): string[] {
    return [
      ...['--contract', this.contractFile, '--statsd', `127.0.0.1:${this.statsdPort}`],
      ...['--scenario', scenario, '--target', target, '--speed', String(speed)],
    ]
  }

  get masterPid(): number {
    return Number(readFileSync(this.pidFile, 'utf8'))
  }

  status(): DemonstrationStatus {
    const path = join(this.runtimeDir, 'demonstration.json')
    return demonstrationStatus.parse(JSON.parse(readFileSync(path, 'utf8')))
  }

  request(scenario: string): void {
    const path = join(this.runtimeDir, 'demonstration-request.json')
    writeFileSync(`${path}.test`, JSON.stringify({ scenario }))
    renameSync(`${path}.test`, path)
  }

  async play(scenario: Scenario): Promise<void> {
    this.request(scenario)
    await waitFor(`the scenario ${scenario}`, () => this.status().scenario === scenario)
  }

  get(path: string): Promise<Answer> {
    return httpGet(this.port, path)
  }

  /** Parsed by the schema that the agent reads it with. */
  async health(): Promise<TargetHealth> {
    return targetHealth.parse(JSON.parse((await this.get('/health')).body))
  }

  processes() {
    return processesMentioning(this.pidFile)
  }

  /** Ends whatever a failed test left, by pid: only processes that name this ground's own directory. */
  async close(): Promise<void> {
    await waitFor('no process of this ground', () => {
      const left = processesMentioning(this.dir)
      for (const { pid } of left) killQuietly(pid)
      return left.length === 0
    })
    this.#statsd.close()
    rmSync(this.dir, { recursive: true, force: true })
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

/** One run of the demonstration, as its supervisor sees it. */
export class DemoRun {
  readonly child: ChildProcess
  readonly events: DemoEvent[] = []
  readonly exited: Promise<number | null>
  stderr = ''

  constructor(args: string[], environment: NodeJS.ProcessEnv = {}) {
    this.child = fork(MAIN, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      env: { PATH: process.env['PATH'], ...environment },
    })
    this.child.on('message', (event: DemoEvent) => this.events.push(event))
    this.child.stderr?.on('data', (data: Buffer) => (this.stderr += data.toString()))
    this.exited = new Promise((resolve) => this.child.once('exit', (code) => resolve(code)))
  }

  event<T extends DemoEvent['type']>(type: T): Promise<Extract<DemoEvent, { type: T }>> {
    return waitFor(
      `the event ${type}; stderr: ${this.stderr}`,
      () => this.events.find((event): event is Extract<DemoEvent, { type: T }> => event.type === type),
      { withinMs: 30_000 },
    )
  }

  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM')
    return this.exited
  }
}

export function httpGet(port: number, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = get({ host: '127.0.0.1', port, path, agent: false, timeout: 10_000 }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (body += part))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: response.headers['retry-after'] ?? null,
          body,
        }),
      )
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer within 10 s')))
    sent.on('error', reject)
  })
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

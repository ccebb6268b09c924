/**
 * A child that is kept running: started in a process group of its own, so that a terminal's Ctrl-C reaches
 * only its supervisor, which then stops its children in the right order.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import type { Clock } from '#agent/ports/clock.ts'
import type { DurationMs } from '#domain/time.ts'
import { readReport, type ChildReport } from './child-report.ts'

const RESTART_PAUSE_MS: DurationMs = 1000
const RESTARTS_LIMIT = 5
const RESTARTS_WINDOW_MS: DurationMs = 60_000
/** A child that has not stopped by then is killed with its group. */
const STOP_LIMIT_MS: DurationMs = 12_000

export interface ChildSpec {
  name: string
  args: readonly string[]
  env: NodeJS.ProcessEnv
  logFile: string
}

export interface ChildEvents {
  report: (report: ChildReport) => void
  /** It ended although nobody stopped it; it is started again. */
  restarted: (code: number | null) => void
  /** It ended too often, or before it was ever ready. */
  gaveUp: (lastWords: string) => void
}

export class Child {
  readonly #spec: ChildSpec
  readonly #events: ChildEvents
  readonly #clock: Clock
  #process: ChildProcess | null = null
  #wasReady = false
  #stopping = false
  #ended: number[] = []
  #restartTimer: NodeJS.Timeout | null = null

  constructor(spec: ChildSpec, events: ChildEvents, clock: Clock) {
    this.#spec = spec
    this.#events = events
    this.#clock = clock
  }

  start(): void {
    const log = openSync(this.#spec.logFile, this.#ended.length === 0 ? 'w' : 'a', 0o600)
    const child = spawn(process.execPath, this.#spec.args, {
      env: this.#spec.env,
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    })
    closeSync(log)
    this.#process = child
    child.on('message', (message) => this.#hear(message))
    child.on('error', (error) => this.#events.gaveUp(error.message))
    child.on('exit', (code) => this.#end(code))
  }

  async stop(): Promise<void> {
    this.#stopping = true
    if (this.#restartTimer !== null) clearTimeout(this.#restartTimer)
    const child = this.#process
    if (child === null || child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
      return
    const { pid } = child
    const exited = new Promise((done) => child.once('exit', done))
    child.kill('SIGTERM')
    const limit = setTimeout(() => process.kill(-pid, 'SIGKILL'), STOP_LIMIT_MS)
    await exited
    clearTimeout(limit)
  }

  /** The end of its log, for a message about its end. */
  lastWords(): string {
    const lines = readFileSync(this.#spec.logFile, 'utf8').trim().split('\n')
    return lines.slice(-5).join('\n')
  }

  #hear(message: unknown): void {
    const report = readReport(message)
    if (report === null) return
    if (report.type === 'ready') this.#wasReady = true
    this.#events.report(report)
  }

  #end(code: number | null): void {
    if (this.#stopping) return
    const now = this.#clock.monotonicNow()
    this.#ended = [...this.#ended.filter((at) => now - at < RESTARTS_WINDOW_MS), now]
    if (!this.#wasReady || this.#ended.length > RESTARTS_LIMIT) {
      this.#events.gaveUp(this.lastWords())
      return
    }
    this.#events.restarted(code)
    this.#restartTimer = setTimeout(() => this.start(), RESTART_PAUSE_MS)
  }
}

/**
 * One walk (MG4): target, watchdog, load, a restart through the watchdog, and what the clients noticed. Each step says whether it came
 * about and how long it took; the first that does not ends the walk, and everything that it started.
 */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod/mini'
import type { RehearsalStep, Walk } from '#domain/release/rehearsal.ts'
import { WATCHDOG_STATUS_FILE, watchdogStatus } from '#domain/schemas/watchdog-status.ts'
import type { DurationMs } from '#domain/time.ts'
import { AGENT_MAIN } from '#agent/places.ts'
import { BoundedLoad, CONNECTIONS, type LoadResult } from './bounded-load.ts'
import type { ScratchGround } from './scratch-ground.ts'

export type TellStep = (kind: Walk['worker_class'], step: RehearsalStep) => void

interface Answer {
  readonly code: number
  readonly document: unknown
}

const STEP_MS: DurationMs = 30_000
const COMMAND_MS: DurationMs = 60_000
const LOOK_MS: DurationMs = 50
/** Younger than that, a master counts as still starting (WD8). */
const SETTLED_MS: DurationMs = 1_500
const WARM_REQUESTS = 30

export async function walkOnce(
  ground: ScratchGround,
  kind: Walk['worker_class'],
  tell: TellStep,
): Promise<{ walk: Walk; rollbackMs: DurationMs | null }> {
  const walker = new Walker(ground, kind, tell)
  const rollbackMs = await walker.run()
  return { walk: walker.walk, rollbackMs }
}

class Walker {
  readonly #ground: ScratchGround
  readonly #kind: Walk['worker_class']
  readonly #tell: TellStep
  readonly #steps: RehearsalStep[] = []
  #load: BoundedLoad | null = null
  #result: LoadResult = { sent: 0, failed: 0, reasons: [] }
  #bare: LoadResult = { sent: 0, failed: 0, reasons: [] }
  #allowed = 0
  #oldWorkers: readonly number[] = []

  constructor(ground: ScratchGround, kind: Walk['worker_class'], tell: TellStep) {
    this.#ground = ground
    this.#kind = kind
    this.#tell = tell
  }

  get walk(): Walk {
    return {
      worker_class: this.#kind,
      steps: this.#steps,
      requests: this.#result.sent,
      requests_failed: this.#result.failed,
      bare: { requests: this.#bare.sent, requests_failed: this.#bare.failed },
      requests_failed_allowed: this.#allowed,
    }
  }

  /** Returns how long the way back took; null: it was not walked. */
  async run(): Promise<DurationMs | null> {
    let rollbackMs: DurationMs | null = null
    try {
      const goesWell =
        (await this.#step('target_started', () => this.#startTarget())) &&
        (await this.#step('bare_reload', () => this.#reloadBare())) &&
        (await this.#step('watchdog_started', () => this.#startWatchdog())) &&
        (await this.#step('load_running', () => this.#startLoad())) &&
        (await this.#step('restart_requested', () => this.#requestRestart())) &&
        (await this.#step('workers_replaced', () => this.#seeNewWorkers())) &&
        (await this.#step('health_good', () => this.#seeHealth())) &&
        (await this.#step('load_judged', () => this.#judgeLoad()))
      if (goesWell) rollbackMs = await this.#rollBack()
    } finally {
      if (this.#load !== null) this.#result = await this.#load.stop()
      await this.#step('all_ended', () => this.#end())
    }
    return rollbackMs
  }

  async #step(step: RehearsalStep['step'], act: () => Promise<string>): Promise<boolean> {
    const from = performance.now()
    const done = await act().then(
      (detail) => ({ ok: true, detail }),
      (error: Error) => ({ ok: false, detail: error.message.slice(0, 500) }),
    )
    const taken = { step, ...done, took_ms: Math.round(performance.now() - from) }
    this.#steps.push(taken)
    this.#tell(this.#kind, taken)
    return done.ok
  }

  async #startTarget(): Promise<string> {
    const ground = this.#ground
    ground.startTarget(this.#kind)
    await this.#until(
      () => ground.workers.length === ground.allWorkers,
      () => `its workers: ${ground.lastWords('target')}`,
    )
    await this.#until(
      () => this.#isHealthy(),
      () => `its health: ${ground.lastWords('target')}`,
    )
    await pause(SETTLED_MS)
    return `${ground.gunicorn}, ${ground.workers.length} ${this.#kind} workers`
  }

  async #startWatchdog(): Promise<string> {
    const ground = this.#ground
    ground.startProgram('watchdog')
    ground.startProgram('serve')
    const file = join(ground.contract.paths.runtime_dir, WATCHDOG_STATUS_FILE)
    const word = () =>
      existsSync(file) ? watchdogStatus.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data : undefined
    await this.#until(
      () => word()?.target === 'serving',
      () => `the watchdog's word: ${ground.lastWords('watchdog')}`,
    )
    await this.#until(
      () => ground.logOf('serve').includes('the agent is listening'),
      () => `the agent: ${ground.lastWords('serve')}`,
    )
    return `it says serving, and self-healing is ${word()?.state ?? 'unknown'}`
  }

  /** Before anybody watches: what the same load loses when somebody sends the signal by hand. */
  async #reloadBare(): Promise<string> {
    await this.#startLoad()
    const { masterPid } = this.#ground
    if (masterPid === null) throw new Error('the target has no master')
    process.kill(masterPid, 'SIGHUP')
    await this.#seeNewWorkers()
    this.#bare = await this.#endLoad()
    return `kill -HUP: ${this.#bare.failed} of ${this.#bare.sent} requests failed`
  }

  async #startLoad(): Promise<string> {
    const load = new BoundedLoad(this.#port, { keepAlive: this.#kind === 'gthread' })
    this.#load = load
    // Idle connections that are used again in the moment in which gunicorn closes them: one each, at most.
    this.#allowed = this.#kind === 'gthread' ? CONNECTIONS : 0
    await this.#until(
      () => load.sent >= WARM_REQUESTS,
      () => 'load',
    )
    this.#oldWorkers = this.#ground.workers
    return `at most ${CONNECTIONS} connections${this.#kind === 'gthread' ? ', kept alive' : ''}`
  }

  /** Once the new workers have had their part of it. */
  async #endLoad(): Promise<LoadResult> {
    const load = this.#load
    if (load === null) throw new Error('no load runs')
    const after = load.sent + WARM_REQUESTS
    await this.#until(
      () => load.sent >= after,
      () => 'load on the new workers',
    )
    this.#load = null
    return load.stop()
  }

  async #requestRestart(): Promise<string> {
    const { code, document } = await this.#command('restart', '--json')
    const { outcome, reason } =
      z.object({ outcome: z.unknown(), reason: z.unknown() }).safeParse(document).data ?? {}
    if (code !== 0)
      throw new Error(`holdfast restart ended with ${code}: ${JSON.stringify(document).slice(0, 300)}`)
    return `holdfast restart: ${String(reason ?? outcome ?? 'verified')}`
  }

  async #seeNewWorkers(): Promise<string> {
    const ground = this.#ground
    const old = this.#oldWorkers
    const areNew = () => {
      const now = ground.workers
      return now.length === ground.allWorkers && now.every((pid) => !old.includes(pid))
    }
    await this.#until(
      areNew,
      () => `new workers; there are ${ground.workers.join(', ')}, there were ${old.join(', ')}`,
    )
    return `${old.join(', ')} are gone, ${ground.workers.join(', ')} have come`
  }

  async #seeHealth(): Promise<string> {
    await this.#until(
      () => this.#isHealthy(),
      () => `health: ${this.#ground.lastWords('target')}`,
    )
    return `http://${this.#ground.contract.bind}/health is healthy`
  }

  async #judgeLoad(): Promise<string> {
    this.#result = await this.#endLoad()
    const { sent, failed, reasons } = this.#result
    if (failed > this.#allowed) {
      throw new Error(
        `${failed} of ${sent} requests failed, allowed are ${this.#allowed}: ${reasons.join('; ')}`,
      )
    }
    const { sent: bareSent, failed: bareFailed } = this.#bare
    return `${failed} of ${sent} requests failed, allowed are ${this.#allowed}; at the bare SIGHUP ${bareFailed} of ${bareSent}`
  }

  async #rollBack(): Promise<DurationMs | null> {
    let took: DurationMs | null = null
    await this.#step('rolled_back', async () => {
      const { code, document } = await this.#command(
        'rollback',
        '--navigation',
        '--reason',
        'rehearsal',
        '--json',
      )
      const report = z.object({ took_ms: z.number(), success: z.boolean() }).safeParse(document).data
      if (code !== 0 || report?.success !== true) {
        throw new Error(`holdfast rollback ended with ${code}: ${JSON.stringify(document).slice(0, 300)}`)
      }
      took = report.took_ms
      return 'the classic page is seen from outside, and health answers'
    })
    return took
  }

  async #end(): Promise<string> {
    const faults = await this.#ground.end()
    if (faults.length > 0) throw new Error(faults.join('; '))
    return 'target, watchdog and agent ended when they were told to'
  }

  get #port(): number {
    return Number(this.#ground.contract.bind.split(':').at(-1))
  }

  async #isHealthy(): Promise<boolean> {
    const answer = await fetch(`http://${this.#ground.contract.bind}/health`, {
      signal: AbortSignal.timeout(2000),
    })
    return answer.ok && (await answer.text()).includes('"healthy"')
  }

  /** As an operator of this ground types it. */
  #command(...words: string[]): Promise<Answer> {
    const { env, directory: cwd } = this.#ground
    const { promise, resolve } = Promise.withResolvers<Answer>()
    execFile(process.execPath, [AGENT_MAIN, ...words], { cwd, env, timeout: COMMAND_MS }, (error, stdout) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({ code, document: documentIn(stdout) })
    })
    return promise
  }

  async #until(isSo: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
    const end = performance.now() + STEP_MS
    for (;;) {
      // What cannot be read or reached yet is not so yet.
      if (
        await Promise.resolve()
          .then(isSo)
          .catch(() => false)
      )
        return
      if (performance.now() > end) throw new Error(`not within ${STEP_MS / 1000} s: ${what()}`)
      await pause(LOOK_MS)
    }
  }
}

function documentIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // whoever reads it says so
  }
}

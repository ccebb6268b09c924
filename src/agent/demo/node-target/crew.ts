/**
 * The workers of the Node target: as many as wanted, the dead replaced, the retired let finish.
 * Signals mean what they mean to gunicorn's master.
 */
import cluster from 'node:cluster'
import type { Worker } from 'node:cluster'
import { BOOT_ERROR } from './wire.ts'
import type { FromMaster, FromWorker } from './wire.ts'
import type { SharedState } from './shared-state.ts'

// Slower than gunicorn's 18 a second: a Node process costs more to start than a forked Python worker.
const RESPAWN_AFTER_MS = 150
const STOP_LIMIT_MS = 10_000

export interface CrewOptions {
  readonly shared: SharedState
  readonly workers: number
  readonly log: (line: string) => void
  readonly onCount: (count: number) => void
}

export class Crew {
  readonly #shared: SharedState
  readonly #log: (line: string) => void
  readonly #onCount: (count: number) => void
  /** In order of age, the oldest first. */
  #active: Worker[] = []
  /** Not counted any more: they serve until their successors do, then finish what they have. */
  readonly #leaving = new Set<Worker>()
  #wanted: number
  #stopped: (() => void) | null = null

  constructor(options: CrewOptions) {
    this.#shared = options.shared
    this.#wanted = options.workers
    this.#log = options.log
    this.#onCount = options.onCount
    cluster.on('exit', (worker, code) => this.#onExit(worker, code))
    cluster.on('message', (worker, message: FromWorker) => this.#onMessage(worker, message))
  }

  fill(): void {
    if (this.#stopped !== null || this.#active.length === this.#wanted) return
    while (this.#active.length < this.#wanted) this.#spawn()
    for (const surplus of this.#active.splice(0, this.#active.length - this.#wanted)) this.#retire(surplus)
    this.#onCount(this.#active.length)
  }

  changeBy(count: number): void {
    this.#wanted = Math.max(1, this.#wanted + count)
    this.fill()
  }

  /** New workers first; each that serves (or has died, as gunicorn would not care) retires one of the old. */
  reload(): void {
    const old = this.#active
    this.#active = []
    for (const worker of old) {
      this.#leaving.add(worker)
      const successor = this.#spawn()
      successor.once('exit', () => this.#retire(worker))
      successor.once('message', () => this.#retire(worker))
    }
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#stopped = resolve
      for (const worker of this.#all()) this.#retire(worker)
      this.#active = []
      setTimeout(() => this.#killAll(), STOP_LIMIT_MS).unref()
      this.#resolveWhenEmpty()
    })
  }

  #spawn(): Worker {
    const worker = cluster.fork()
    this.#active.push(worker)
    this.#log(`Booting worker with pid: ${worker.process.pid}`)
    return worker
  }

  #retire(worker: Worker): void {
    if (worker.isDead()) return
    this.#leaving.add(worker)
    this.#send(worker, { retire: true })
  }

  #onExit(worker: Worker, code: number): void {
    this.#shared.forget(worker.id)
    this.#leaving.delete(worker)
    this.#active = this.#active.filter((other) => other !== worker)
    if (code === BOOT_ERROR) {
      this.#log('Worker failed to boot.')
      process.exit(BOOT_ERROR)
    }
    setTimeout(() => this.fill(), RESPAWN_AFTER_MS)
    this.#resolveWhenEmpty()
  }

  #onMessage(worker: Worker, message: FromWorker): void {
    if ('tell' in message) return this.#shared.hear(message)
    this.#shared.answer(worker.id, message, this.#pids(), (value) =>
      this.#send(worker, { answer: message.id, value }),
    )
  }

  #all(): Worker[] {
    return [...this.#active, ...this.#leaving]
  }

  #pids(): number[] {
    return this.#all().map((worker) => worker.process.pid ?? 0)
  }

  #send(worker: Worker, message: FromMaster): void {
    // A worker that is about to be seen dead gets no answer, and needs none.
    if (worker.isConnected()) worker.send(message, () => {})
  }

  #killAll(): void {
    for (const worker of this.#all()) worker.process.kill('SIGKILL')
  }

  #resolveWhenEmpty(): void {
    if (this.#all().length === 0) this.#stopped?.()
  }
}

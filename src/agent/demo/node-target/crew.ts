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
/**
 * Four workers on a small machine: collecting garbage a little more often costs less than the room. Not on the command
 * line, which is the master's.
 */
const WORKER_OPTIONS = `${process.env['NODE_OPTIONS'] ?? ''} --max-semi-space-size=4`.trim()

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
  /** Of a reload under way: the old workers that still have no successor. */
  #toReplace: Worker[] = []
  /** One that dies while it starts never was a worker to anybody who asks for a page. */
  readonly #serving = new WeakSet<Worker>()
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

  /**
   * One worker after the other, the new one first; when it serves (or has died, as gunicorn would not care)
   * it retires an old one. All at once would starve the service of the processor while they boot.
   */
  reload(): void {
    const underWay = this.#toReplace.length > 0
    this.#toReplace = [...this.#active]
    if (!underWay) this.#replaceNext()
  }

  #replaceNext(): void {
    const old = this.#toReplace[0]
    if (old === undefined || this.#stopped !== null) return
    this.#active = this.#active.filter((worker) => worker !== old)
    this.#leaving.add(old)
    const successor = this.#spawn()
    let replaced = false
    const finish = () => {
      if (replaced) return
      replaced = true
      this.#retire(old)
      this.#toReplace = this.#toReplace.filter((worker) => worker !== old)
      this.#replaceNext()
    }
    successor.once('exit', finish)
    successor.once('message', finish)
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
    const worker = cluster.fork({ NODE_OPTIONS: WORKER_OPTIONS })
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
    if ('tell' in message) {
      if (message.tell === 'ready') this.#serving.add(worker)
      return this.#shared.hear(message)
    }
    const crew = { workerPids: this.#servingPids(), workersWanted: this.#wanted }
    this.#shared.answer(worker.id, message, crew, (value) =>
      this.#send(worker, { answer: message.id, value }),
    )
  }

  #all(): Worker[] {
    return [...this.#active, ...this.#leaving]
  }

  #servingPids(): number[] {
    const serving = this.#all().filter((worker) => this.#serving.has(worker))
    return serving.map((worker) => worker.process.pid ?? 0)
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

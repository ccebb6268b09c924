/**
 * Load as users make it: each request is due at its time, whether or not earlier ones have been answered, so that a
 * stall is felt by all that fall into it. Connections are kept alive and bounded; all of them are opened first, and
 * used in turn. Nothing is tried again: what a user would have seen as an error counts as one, by its kind.
 */
import { Agent, request, type ClientRequest } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

export type FailureKind =
  /** The server closed a connection that it had answered on before: gunicorn's, where keep-alive meets a reload. */
  'reset_when_reused' | 'reset' | 'refused' | 'timeout' | 'http_error'

export interface LoadResult {
  readonly sent: number
  readonly failed: number
  readonly kinds: Readonly<Partial<Record<FailureKind, number>>>
  /** Of those that were answered, from the moment that each was due. */
  readonly latencyMs: readonly number[]
}

export interface LoadOptions {
  readonly port: number
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly ratePerS?: number
  readonly connections?: number
}

const TIME_LIMIT_MS = 5_000

export class OpenLoop {
  readonly #agent: Agent
  readonly #options: Required<LoadOptions>
  readonly #kinds: Partial<Record<FailureKind, number>> = {}
  readonly #latencyMs: number[] = []
  readonly #waiting = new Set<Promise<void>>()
  #sent = 0
  #stopped = false
  #ended: Promise<void> = Promise.resolve()

  private constructor(options: LoadOptions) {
    this.#options = { path: '/health', headers: {}, ratePerS: 200, connections: 16, ...options }
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: this.#options.connections,
      maxFreeSockets: this.#options.connections,
      // The one that has rested longest first, so that all of them stay in use.
      scheduling: 'fifo',
    })
  }

  static async start(options: LoadOptions): Promise<OpenLoop> {
    const load = new OpenLoop(options)
    const first = Array.from({ length: load.#options.connections }, () => load.#ask(performance.now()))
    await Promise.all(first)
    load.#ended = load.#run()
    return load
  }

  async stop(): Promise<LoadResult> {
    this.#stopped = true
    await this.#ended
    await Promise.all(this.#waiting)
    this.#agent.destroy()
    const failed = Object.values(this.#kinds).reduce((sum, count) => sum + count, 0)
    return { sent: this.#sent, failed, kinds: this.#kinds, latencyMs: this.#latencyMs }
  }

  async #run(): Promise<void> {
    const everyMs = 1_000 / this.#options.ratePerS
    const from = performance.now()
    for (let due = 0; !this.#stopped;) {
      const passedMs = performance.now() - from
      for (; due * everyMs <= passedMs; due += 1) this.#send(from + due * everyMs)
      await pause(Math.max(1, from + due * everyMs - performance.now()))
    }
  }

  #send(dueAt: number): void {
    const answered = this.#ask(dueAt).finally(() => this.#waiting.delete(answered))
    this.#waiting.add(answered)
  }

  #ask(dueAt: number): Promise<void> {
    this.#sent += 1
    return new Promise((done) => {
      const { port, path, headers } = this.#options
      const asked = request({ host: '127.0.0.1', port, path, headers, agent: this.#agent })
      let isOver = false
      const end = (failure: FailureKind | null) => {
        if (isOver) return
        isOver = true
        clearTimeout(limit)
        if (failure === null) this.#latencyMs.push(performance.now() - dueAt)
        else this.#kinds[failure] = (this.#kinds[failure] ?? 0) + 1
        done()
      }
      const limit = setTimeout(() => {
        end('timeout')
        asked.destroy()
      }, TIME_LIMIT_MS)
      asked.on('error', (error: NodeJS.ErrnoException) => end(kindOf(asked, error)))
      asked.on('response', (response) => {
        response.resume()
        response.on('error', () => end('reset'))
        response.on('end', () => end((response.statusCode ?? 0) < 500 ? null : 'http_error'))
      })
      asked.end()
    })
  }
}

function kindOf(asked: ClientRequest, { code }: NodeJS.ErrnoException): FailureKind {
  if (code === 'ECONNREFUSED') return 'refused'
  return asked.reusedSocket ? 'reset_when_reused' : 'reset'
}

/** As one word a kind, for a line that a person reads. */
export function kindsText({ kinds }: LoadResult): string {
  const words = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`)
  return words.length === 0 ? 'none' : words.join(', ')
}

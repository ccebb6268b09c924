/** Requests at a steady pace, never more than a few at a time; each that is refused, cut off or answered from 500 on has failed. */
import { Agent, get } from 'node:http'
import type { DurationMs } from '#domain/time.ts'

export interface LoadResult {
  readonly sent: number
  readonly failed: number
  readonly reasons: readonly string[]
}

export const CONNECTIONS = 8
const PER_SECOND = 60
const TICK_MS: DurationMs = 5
const REQUEST_MS: DurationMs = 20_000
const REASONS_LIMIT = 5

export class BoundedLoad {
  readonly #agent: Agent
  readonly #port: number
  readonly #open = new Set<Promise<void>>()
  readonly #reasons: string[] = []
  readonly #timer: NodeJS.Timeout
  #sent = 0
  #failed = 0

  constructor(port: number, { keepAlive }: { keepAlive: boolean }) {
    this.#port = port
    this.#agent = new Agent({ keepAlive, maxSockets: CONNECTIONS })
    const from = performance.now()
    let due = 0
    this.#timer = setInterval(() => {
      const wanted = ((performance.now() - from) / 1000) * PER_SECOND
      // A stall is not made up for: the pace is a bound.
      if (wanted - due > PER_SECOND) due = wanted - 1
      for (; due < wanted; due += 1) if (this.#open.size < CONNECTIONS * 4) this.#send()
    }, TICK_MS)
  }

  get sent(): number {
    return this.#sent
  }

  async stop(): Promise<LoadResult> {
    clearInterval(this.#timer)
    await Promise.all(this.#open)
    this.#agent.destroy()
    return { sent: this.#sent, failed: this.#failed, reasons: this.#reasons }
  }

  #send(): void {
    this.#sent += 1
    const end = this.#request().catch((error: Error) => {
      this.#failed += 1
      if (this.#reasons.length < REASONS_LIMIT) this.#reasons.push(error.message)
    })
    this.#open.add(end)
    void end.then(() => this.#open.delete(end))
  }

  #request(): Promise<void> {
    return new Promise((resolve, reject) => {
      const sent = get({ host: '127.0.0.1', port: this.#port, path: '/', agent: this.#agent }, (response) => {
        response.resume()
        response.once('error', reject)
        response.once('end', () => {
          const { statusCode = 500 } = response
          if (statusCode < 500) resolve()
          else reject(new Error(`status ${statusCode}`))
        })
      })
      sent.setTimeout(REQUEST_MS, () => sent.destroy(new Error('no answer within 20 s')))
      sent.once('error', reject)
    })
  }
}

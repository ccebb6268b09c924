/** Requests at a steady pace, each counted by how it ended; what is refused, reset or answered from 500 on has failed. */
import { Agent, get } from 'node:http'

export interface LoadResult {
  readonly sent: number
  readonly failed: readonly string[]
}

export class Load {
  readonly #agent: Agent
  readonly #port: number
  readonly #timer: NodeJS.Timeout
  readonly #open = new Set<Promise<void>>()
  readonly #failed: string[] = []
  #sent = 0

  constructor(port: number, { perSecond, keepAlive = false }: { perSecond: number; keepAlive?: boolean }) {
    this.#port = port
    this.#agent = new Agent({ keepAlive, maxSockets: 16 })
    const startedAt = performance.now()
    // As many as are due, so that a late timer does not lower the pace.
    this.#timer = setInterval(() => {
      const due = ((performance.now() - startedAt) / 1000) * perSecond
      while (this.#sent < due) this.#send()
    }, 5)
  }

  async stop(): Promise<LoadResult> {
    clearInterval(this.#timer)
    await Promise.all(this.#open)
    this.#agent.destroy()
    return { sent: this.#sent, failed: this.#failed }
  }

  #send(): void {
    this.#sent += 1
    const end = this.#request().catch((error: unknown) => void this.#failed.push(String(error)))
    this.#open.add(end)
    void end.then(() => this.#open.delete(end))
  }

  #request(): Promise<void> {
    return new Promise((done, failed) => {
      const request = get(
        { port: this.#port, host: '127.0.0.1', path: '/', agent: this.#agent },
        (response) => {
          response.resume()
          response.once('end', () => {
            if ((response.statusCode ?? 500) < 500) done()
            else failed(new Error(`status ${response.statusCode}`))
          })
          response.once('error', failed)
        },
      )
      request.setTimeout(20_000, () => request.destroy(new Error('no answer within 20 s')))
      request.once('error', failed)
    })
  }
}

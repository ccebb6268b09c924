/**
 * The service that the target depends on: small, local, and able to fail for real.
 *
 * While it is down every connection is reset at once, those under way too. The port itself is kept: a
 * closed one could be taken by another program meanwhile, and the target would then talk to a stranger.
 */
import { createServer } from 'node:http'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { HostPort } from './arguments.ts'

const HOST = '127.0.0.1'

export class PricingDependency {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #down = false

  constructor() {
    this.#server = createServer((request, response) => answer(request.url ?? '/', response))
    this.#server.on('connection', (socket: Socket) => this.#admit(socket))
  }

  async start(): Promise<HostPort> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, HOST, resolve)
    })
    return { host: HOST, port: (this.#server.address() as AddressInfo).port }
  }

  setDown(down: boolean): void {
    this.#down = down
    if (down) this.#resetAll()
  }

  async stop(): Promise<void> {
    this.#resetAll()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #admit(socket: Socket): void {
    if (this.#down) {
      socket.resetAndDestroy()
      return
    }
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // A caller that resets its connection is no event here.
    socket.on('error', () => socket.destroy())
  }

  #resetAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }
}

function answer(url: string, response: ServerResponse): void {
  const number = Number(/^\/prices\/(\d{1,9})$/.exec(url)?.[1] ?? Number.NaN)
  response.setHeader('Content-Type', 'application/json')
  if (Number.isNaN(number)) {
    response.statusCode = 404
    response.end('{"error":"not_found"}')
    return
  }
  // A remote service takes its time, each time another one.
  const delayMs = 4 + ((number * 7919) % 17)
  setTimeout(
    () => response.end(JSON.stringify({ item: number, price_cents: 500 + ((number * 37) % 9500) })),
    delayMs,
  )
}

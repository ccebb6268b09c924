/** gunicorn's own datagrams: one metric each, and for a request these three in this order. */
import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import type { HostPort } from '../arguments.ts'

export class Statsd {
  readonly #socket: Socket | null

  /** Null: there is no such address, and nothing is told. */
  private constructor(socket: Socket | null) {
    this.#socket = socket
  }

  static open({ host, port }: HostPort): Promise<Statsd> {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    socket.unref()
    return new Promise((resolve) => {
      // Also later, when nobody listens: telemetry is never worth a request.
      socket.on('error', () => resolve(new Statsd(null)))
      socket.connect(port, host, () => resolve(new Statsd(socket)))
    })
  }

  workers(count: number): void {
    this.#send(`gunicorn.workers:${count}|g`)
  }

  request(durationMs: number, status: number): void {
    this.#send(`gunicorn.request.duration:${pythonFloat(durationMs)}|ms`)
    this.#send('gunicorn.requests:1|c|@1.0')
    this.#send(`gunicorn.request.status.${status}:1|c|@1.0`)
  }

  #send(datagram: string): void {
    this.#socket?.send(datagram, () => {})
  }
}

/** Whole numbers keep their `.0`, and microseconds are the finest that gunicorn tells. */
function pythonFloat(value: number): string {
  const rounded = Math.round(value * 1000) / 1000
  return Number.isInteger(rounded) ? `${rounded}.0` : String(rounded)
}

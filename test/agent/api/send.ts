/** One request over a real socket, with exactly these headers and bytes, as no browser's fetch would send them. */
import { Agent, request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import type { Answered } from './described.ts'

export interface Sent {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

const WAIT_MS = 10_000
/** Connections are used again, as by a browser or a proxy. */
const kept = new Agent({ keepAlive: true, maxSockets: 16 })

export function send(port: number, { method, target, headers, body }: Sent): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>()
  // Stated, for the client leaves it out where it thinks that a method has no body.
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const asked = request(
    {
      host: '127.0.0.1',
      port,
      method,
      path: target,
      headers: { ...length, ...headers },
      agent: kept,
      timeout: WAIT_MS,
    },
    (response) => {
      const settle = (bytes: Buffer) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes })
      // Events go on: what is answered is that they come.
      if (response.headers['content-type']?.startsWith('text/event-stream') === true) {
        response.destroy()
        settle(Buffer.alloc(0))
        return
      }
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const sent = Buffer.concat(chunks)
        const isPacked = response.headers['content-encoding'] === 'gzip' && sent.length > 0
        settle(isPacked ? gunzipSync(sent) : sent)
      })
    },
  )
  asked.on('timeout', () => asked.destroy(new Error(`no answer within ${WAIT_MS} ms`)))
  asked.on('error', reject)
  asked.end(body)
  return promise
}

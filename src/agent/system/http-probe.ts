import type { DurationMs } from '#domain/time.ts'
import type { HttpAnswer, HttpProbe } from '#agent/ports/http-probe.ts'

/**
 * Not by `import`: that reads every name the module exports, and `WebSocket` among them brings the whole of
 * Node's fetch into memory: 13 MiB that the watchdog never uses.
 */
const { Agent, request } = process.getBuiltinModule('node:http')

/**
 * A connection for each look: one that is kept alive would fail when gunicorn retires the worker behind it, and
 * report a fault that no user sees.
 */
const oneConnectionEach = new Agent({ keepAlive: false })

export const httpProbe: HttpProbe = (url, timeoutMs) =>
  getBounded(url, timeoutMs, { accept: 'application/json', bytesLimit: 256 * 1024 })

/** The metrics of a service have a line for each label's value: some ten thousand of them. */
export const httpScrape: HttpProbe = (url, timeoutMs) =>
  getBounded(url, timeoutMs, { accept: 'text/plain;version=0.0.4', bytesLimit: 1024 * 1024 })

/** One GET, bounded in time and size. */
function getBounded(
  url: string,
  timeoutMs: DurationMs,
  { accept, bytesLimit }: { accept: string; bytesLimit: number },
): Promise<HttpAnswer> {
  return new Promise<HttpAnswer>((settle) => {
    const ask = request(url, { agent: oneConnectionEach, headers: { accept } })
    const limit = setTimeout(() => end({ kind: 'failed', reason: 'timeout' }), timeoutMs)
    const end = (answer: HttpAnswer) => {
      clearTimeout(limit)
      settle(answer)
      ask.destroy()
    }
    ask.on('error', (error: NodeJS.ErrnoException) => {
      end({ kind: 'failed', reason: error.code === 'ECONNREFUSED' ? 'refused' : 'reset' })
    })
    ask.on('response', (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > bytesLimit) end({ kind: 'failed', reason: 'malformed' })
        else chunks.push(chunk)
      })
      response.on('error', () => end({ kind: 'failed', reason: 'reset' }))
      response.on('end', () =>
        end({
          kind: 'answered',
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    })
    ask.end()
  })
}

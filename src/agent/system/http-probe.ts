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

const BODY_BYTES_LIMIT = 256 * 1024

/** One GET, bounded in time and size. */
export const httpProbe: HttpProbe = (url, timeoutMs) =>
  new Promise<HttpAnswer>((settle) => {
    const ask = request(url, { agent: oneConnectionEach, headers: { accept: 'application/json' } })
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
        if (bytes > BODY_BYTES_LIMIT) end({ kind: 'failed', reason: 'malformed' })
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

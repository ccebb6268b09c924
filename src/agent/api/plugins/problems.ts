/** Every error leaves as problem+json with a stable code, and nothing of our insides (OB, BI1). */
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { problemBodyOf } from '#domain/problem-body.ts'
import { HoldfastProblem, PROBLEMS, type ProblemCode } from '#domain/problems.ts'

export function addProblems(app: FastifyInstance, log: (sentence: string) => void): void {
  app.setErrorHandler((error: FastifyError | HoldfastProblem, request, reply) => {
    const problem = httpProblem(error, request)
    if (problem.code === 'internal') log(`${request.method} ${request.url}: ${error.stack ?? String(error)}`)
    return sendProblem(reply, problem)
  })
}

/** Long enough that whoever starts it again has done so; a client that keeps asking does no harm. */
const RETRY_AFTER_S = 5

export function sendProblem(
  reply: FastifyReply,
  { code, detail, retryAfterMs }: HoldfastProblem,
): FastifyReply {
  const { status } = PROBLEMS[code]
  const retryAfterS = retryAfterMs === null ? RETRY_AFTER_S : Math.max(1, Math.ceil(retryAfterMs / 1000))
  return reply
    .code(status)

    .headers({
      'cache-control': 'no-store',
      ...(status === 503 || retryAfterMs !== null ? { 'retry-after': retryAfterS } : {}),
      // No browser asks for a password of its own by this; it says what a script may send.
      ...(status === 401 ? { 'www-authenticate': 'Bearer realm="holdfast"' } : {}),
    })
    .type('application/problem+json')
    .send(JSON.stringify(problemBodyOf(code, detail)))
}

const UNREADABLE: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_too_slow',
}

interface UnreadableError extends NodeJS.ErrnoException {
  readonly rawPacket?: unknown
}

/** What is no HTTP has no request to answer to: the same problem, written to the socket by hand. */
export function answerUnreadable({ code = '', rawPacket }: UnreadableError, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = UNREADABLE[code] ?? 'bad_request'
  const body = JSON.stringify(problemBodyOf(problem, `the request could not be read (${code})`))
  const { status } = PROBLEMS[problem]
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    'Connection: close',
  ]
  // Whoever meant a HEAD takes a body for the next answer.
  const isHead = Buffer.isBuffer(rawPacket) && rawPacket.subarray(0, 5).toString('latin1') === 'HEAD '
  socket.end(`${head.join('\r\n')}\r\n\r\n${isHead ? '' : body}`, () => socket.destroy())
}

export function notFound(request: FastifyRequest): HoldfastProblem {
  return new HoldfastProblem('not_found', `${request.method} ${pathOf(request)} is not a route`)
}

/** The path as it was asked, cut, without the query: an answer is no mirror. */
function pathOf(request: FastifyRequest): string {
  const path = request.url.split('?')[0] ?? ''
  return path.length > 120 ? `${path.slice(0, 117)}…` : path
}

export function httpProblem(error: FastifyError | HoldfastProblem, request: FastifyRequest): HoldfastProblem {
  if (error instanceof HoldfastProblem) return error
  // A path that leads out of the console's files is "forbidden" to the file server: to us there is nothing.
  if (error.statusCode === 403) return notFound(request)
  const code: ProblemCode =
    error.statusCode === undefined || error.statusCode >= 500
      ? 'internal'
      : error.statusCode === 413
        ? 'body_too_large'
        : 'bad_request'
  const detail = code === 'internal' ? 'the answer could not be made; the agent log says why' : error.message
  return new HoldfastProblem(code, detail, { cause: error })
}

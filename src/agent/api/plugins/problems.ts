/** Every error leaves as problem+json with a stable code, and nothing of our insides (OB, BI1). */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { HoldfastProblem, PROBLEMS, type ProblemCode } from '#domain/problems.ts'
import type { ProblemBody } from '#domain/schemas/admin-api.ts'

export function addProblems(app: FastifyInstance, log: (sentence: string) => void): void {
  app.setErrorHandler((error: FastifyError | HoldfastProblem, request, reply) => {
    const problem = asProblem(error)
    if (problem.code === 'internal') log(`${request.method} ${request.url}: ${error.stack ?? String(error)}`)
    return sendProblem(reply, problem)
  })
}

export function sendProblem(reply: FastifyReply, { code, detail }: HoldfastProblem): FastifyReply {
  const { status, title } = PROBLEMS[code]
  const body: ProblemBody = {
    type: `urn:holdfast:problem:${code}`,
    title,
    status,
    detail,
    success: false,
    error: { code, message: detail },
  }
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(body))
}

export function notFound(request: FastifyRequest): HoldfastProblem {
  return new HoldfastProblem('not_found', `${request.method} ${pathOf(request)} is not a route`)
}

/** The path as it was asked, cut, without the query: an answer is no mirror. */
function pathOf(request: FastifyRequest): string {
  const path = request.url.split('?')[0] ?? ''
  return path.length > 120 ? `${path.slice(0, 117)}…` : path
}

function asProblem(error: FastifyError | HoldfastProblem): HoldfastProblem {
  if (error instanceof HoldfastProblem) return error
  const code: ProblemCode =
    error.statusCode !== undefined && error.statusCode < 500 ? 'bad_request' : 'internal'
  const detail = code === 'internal' ? 'the answer could not be made; the agent log says why' : error.message
  return new HoldfastProblem(code, detail, { cause: error })
}

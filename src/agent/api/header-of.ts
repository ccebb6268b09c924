import type { FastifyRequest } from 'fastify'

/** Sent twice, Node joins the two: then it is no form that anybody knows. */
export function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name]
  return typeof value === 'string' ? value : null
}

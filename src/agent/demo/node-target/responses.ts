/** Answers in the forms this target uses: JSON, text, and problems (RFC 9457). */
import { STATUS_CODES } from 'node:http'
import type { ServerResponse } from 'node:http'

export const HOME_PAGE = `This is Holdfast's demonstration target, the one that needs no Python.

Its processes, its connection pool, its circuit breaker and its failures are real;
that they happen is staged. Nothing here is production data.

  /health              what the service says about itself
  /reports/7           a report, a real query behind a cache
  /reports/7/export    an export, which holds a database connection while it is read
  /quotes/7            a quote, asked from a pricing service behind a circuit breaker
`

export class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly retryAfterSeconds: number | null

  constructor(status: number, code: string, detail: string, retryAfterSeconds: number | null = null) {
    super(detail)
    this.status = status
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }
}

export function sendText(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(text)
}

/** A string is JSON already. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  response.end(typeof value === 'string' ? value : JSON.stringify(value))
}

/** What is no refusal can only be the database here, and says no more than that. */
export function sendProblem(response: ServerResponse, cause: unknown): void {
  const { status, code, message, retryAfterSeconds } =
    cause instanceof Refusal
      ? cause
      : new Refusal(503, 'database_unusable', 'The database cannot be used.', 5)
  response.writeHead(status, {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    // Rounded up: who comes back after this many seconds must not come too early.
    ...(retryAfterSeconds === null
      ? {}
      : { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterSeconds))) }),
  })
  const title = STATUS_CODES[status] ?? 'Error'
  response.end(JSON.stringify({ type: 'about:blank', title, status, code, detail: message }))
}

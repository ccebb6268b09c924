/**
 * The line to the agent on this host: its Unix socket, asked with proof of the own account (ADR 0010). Bounded in
 * time; an agent that is not there, or ends in the middle, is told apart from one that says no.
 */
import { lstat, stat } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { AGENT_SOCKET_FILE, PROOF_HEADER, type ProvedRequest } from '#domain/local-proof.ts'
import { HoldfastProblem, PROBLEMS, type ProblemCode } from '#domain/problems.ts'
import { challengeGiven } from '#domain/schemas/worker-api.ts'
import type { DurationMs } from '#domain/time.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { leaveProof } from '#agent/system/file-proof.ts'

const ANSWER_MS: DurationMs = 10_000

/** It is not there, or was and is gone: nothing is known of what it did with the request. */
export class AgentGone extends Error {
  override name = 'AgentGone'
}

export interface AgentAnswer {
  readonly status: number
  readonly body: unknown
}

export interface AgentLine {
  get(path: string, waitMs?: DurationMs): Promise<AgentAnswer>
  /** A change: proved, and the same one again under the same key. */
  post(path: string, body: object, key: string): Promise<AgentAnswer>
  put(path: string, body: object, key: string, waitMs: DurationMs): Promise<AgentAnswer>
  /** The bytes of a file that the agent makes. */
  download(path: string, waitMs: DurationMs): Promise<AgentAnswer & { readonly bytes: Buffer }>
}

interface Place {
  readonly runtimeDir: string
  readonly stateDir: string
}

export type FoundAgent =
  | { readonly kind: 'line'; readonly line: AgentLine }
  | { readonly kind: 'none'; readonly why: string }

/** One whose socket is somebody else's is not listened to: it may say anything. */
export async function findAgent(place: Place): Promise<FoundAgent> {
  const socketPath = join(place.runtimeDir, AGENT_SOCKET_FILE)
  const found = await lstat(socketPath).catch(() => null)
  if (found === null) return { kind: 'none', why: `${socketPath} is not there` }
  const trusted = await trustedUids(place)
  if (found.isSocket() && trusted.includes(found.uid)) {
    return { kind: 'line', line: lineTo(socketPath, place, trusted) }
  }
  const why = `${socketPath} is no socket of root, of this account or of the owner of ${place.stateDir}`
  return { kind: 'none', why }
}

function lineTo(socketPath: string, { runtimeDir }: Place, trusted: readonly number[]): AgentLine {
  return {
    get: async (path, waitMs) => parsed(await ask({ socketPath, method: 'GET', path, waitMs })),
    download: async (path, waitMs) => {
      const answer = await ask({ socketPath, method: 'GET', path, waitMs })
      return answer.status === 200 ? { ...answer, body: null } : { ...answer, ...parsed(answer) }
    },
    post: async (path, body, key) => {
      const proved = { method: 'POST', path, idempotencyKey: key, ifMatch: null, body }
      return withProof({ socketPath, runtimeDir, trusted }, proved)
    },
    put: async (path, body, key, waitMs) => {
      const proved = { method: 'PUT', path, idempotencyKey: key, ifMatch: null, body }
      return withProof({ socketPath, runtimeDir, trusted }, proved, waitMs)
    },
  }
}

/** Who may write the state directory could write the journal itself: nothing is lost by believing that account. */
async function trustedUids({ stateDir }: Place): Promise<number[]> {
  const owner = await stat(stateDir).catch(() => null)
  return [0, process.geteuid?.() ?? 0, ...(owner === null ? [] : [owner.uid])]
}

async function withProof(
  { socketPath, runtimeDir, trusted }: { socketPath: string; runtimeDir: string; trusted: readonly number[] },
  proved: ProvedRequest & { idempotencyKey: string },
  waitMs?: DurationMs,
): Promise<AgentAnswer> {
  const given = parsed(
    await ask({ socketPath, method: 'POST', path: '/admin/api/local/challenge', body: {}, waitMs }),
  )
  const { challenge } = dataOf(given, challengeGiven)
  const proof = await leaveProof(runtimeDir, challenge, proved, trusted)
  try {
    const headers = { [PROOF_HEADER]: challenge, 'idempotency-key': proved.idempotencyKey }
    const { method, path, body } = proved
    return parsed(await ask({ socketPath, method, path, body, headers, waitMs }))
  } finally {
    await proof.remove()
  }
}

/** The answer's data; a problem is thrown as the problem that it is. */
export function dataOf<S extends z.ZodMiniType>({ status, body }: AgentAnswer, schema: S): z.output<S> {
  if (status >= 400) throw problemOf(body, status)
  const reading = schema.safeParse(z.object({ data: z.unknown() }).safeParse(body).data?.data)
  if (reading.success) return reading.data
  throw new HoldfastProblem('agent_unreachable', 'its answer has another form than this release knows')
}

const problemForm = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

function problemOf(body: unknown, status: number): HoldfastProblem {
  const { code, message } = problemForm.safeParse(body).data?.error ?? { code: '', message: `HTTP ${status}` }
  const isKnown = Object.hasOwn(PROBLEMS, code)
  return isKnown
    ? new HoldfastProblem(code as ProblemCode, message)
    : new HoldfastProblem('agent_unreachable', `it answers ${status} ${code}: ${message}`)
}

interface Ask {
  readonly socketPath: string
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly waitMs?: DurationMs | undefined
}

interface RawAnswer {
  readonly status: number
  readonly bytes: Buffer
}

function parsed({ status, bytes }: RawAnswer): AgentAnswer {
  try {
    return { status, body: JSON.parse(bytes.toString('utf8')) }
  } catch {
    return { status, body: null } // another form than the API's: told where the data is wanted
  }
}

function ask({ socketPath, method, path, body, headers = {}, waitMs = ANSWER_MS }: Ask): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>()
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const asked = request({ socketPath, method, path, headers: { host: 'localhost', ...type, ...headers } })
  const limit = setTimeout(() => {
    const doubt = method === 'GET' ? '' : '; it may still take it up: look with holdfast status'
    const detail = `no answer on ${socketPath} within ${waitMs / 1000} s${doubt}`
    reject(new HoldfastProblem('agent_unreachable', detail))
    asked.destroy()
  }, waitMs)
  const fail = (error: Error) => reject(failureOf(error, socketPath))
  asked.on('error', fail)
  asked.on('response', (response: IncomingMessage) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('error', fail)
    response.on('end', () => {
      // A body that was cut off is no answer.
      if (!response.complete) return fail(new AgentGone('it ended in the middle of its answer'))
      resolve({ status: response.statusCode ?? 0, bytes: Buffer.concat(chunks) })
    })
  })
  asked.end(body === undefined ? undefined : JSON.stringify(body))
  return promise.finally(() => clearTimeout(limit))
}

function failureOf(error: Error, socketPath: string): Error {
  if (error instanceof AgentGone) return error
  const code = errorCode(error)
  if (['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE'].includes(code))
    return new AgentGone(code, { cause: error })
  return new HoldfastProblem('agent_unreachable', `${socketPath} (${code})`, { cause: error })
}

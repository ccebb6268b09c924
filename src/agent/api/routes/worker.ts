/** What an operator asks of the watchdog (OB4): state, restart, release of the guard, pause, resume. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type * as z from 'zod/mini'
import type { RestartAsk } from '#domain/journal/events.ts'
import type { Decision, RefusalReason } from '#domain/policy/decide.ts'
import { sentenceOf } from '#domain/policy/reason-words.ts'
import { REFUSAL_STATUS } from '#domain/policy/refusal-status.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type {
  RestartAccepted,
  RestartDryRun,
  RestartRefused,
  WordRecorded,
  WorkerStatus,
} from '#domain/schemas/worker-api.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { RestartAnswer, RestartWish } from '#agent/operator/request-restart.ts'
import { envelope } from '../envelope.ts'
import { headerOf } from '../header-of.ts'
import { bodyOf } from '../body-of.ts'
import { keyOf } from '../key-of.ts'
import { GUARD_RELEASE, PAUSE, RESUME, WORKER_RESTART } from '../descriptions/worker.ts'

type Actor = RestartAsk['actor']

/** Behind the routes: the desk where words become durable. */
export interface WorkerDesk {
  status(): Promise<WorkerStatus>
  /** A plain reload, up to where it would be recorded. */
  dryRun(): Promise<Decision>
  restart(
    asked: RestartWish & { requestId: string; actor: Actor; seen: string | null },
  ): Promise<RestartAnswer>
  releaseGuard(asked: { requestId: string; actor: Actor; reason: string }): Promise<WordRecorded>
  pause(asked: {
    requestId: string
    actor: Actor
    reason: string
    forMs: number | null
  }): Promise<WordRecorded>
  resume(asked: { requestId: string; actor: Actor; reason: string }): Promise<WordRecorded>
}

export interface WorkerRouteParts {
  clock: Clock
  /** Who asks: proved on the Unix socket, signed in elsewhere. */
  actorOf: (request: FastifyRequest) => Actor | Promise<Actor>
  worker: WorkerDesk
  newId: () => string
}

export function addWorkerRoutes(app: FastifyInstance, parts: WorkerRouteParts): void {
  const { clock, actorOf, worker, newId } = parts
  const asked = async (request: FastifyRequest) => ({
    requestId: keyOf(request) ?? newId(),
    actor: await actorOf(request),
  })
  const answer = (reply: FastifyReply, data: object) =>
    reply.header('cache-control', 'no-store').send(envelope(data, clock.wallNow()))

  app.get('/admin/api/worker/status', async (_request, reply) => {
    const status = await worker.status()
    return answer(reply.header('etag', `"${status.version}"`), status)
  })

  app.get('/admin/api/worker/restart/dry-run', async (_request, reply) => {
    const decision = await worker.dryRun()
    const codes = decision.decision === 'blocked' ? decision.reasons : [decision.reason]
    const reasons = codes.map((code) => ({ code, message: sentenceOf(code) }))
    const told: RestartDryRun = {
      allowed: decision.decision !== 'blocked',
      reasons,
      decision: { ...decision },
    }
    return answer(reply, told)
  })

  app.post('/admin/api/worker/restart', async (request, reply) => {
    const body = bodyOf(request, WORKER_RESTART)
    const seen = seenVersion(request)
    if (seen === null && mustTellWhatItSaw(request)) throw nothingSeen()
    const wish = { rung: body.rung ?? ('reload' as const), override: overrideOf(body) }
    const end = await worker.restart({ ...(await asked(request)), ...wish, seen })
    if (end.kind === 'refused') return sendRefusal(reply, end)
    const { requestId, replayed, decision } = end
    const accepted: RestartAccepted = { accepted: true, request_id: requestId, replayed, decision }
    return answer(reply, accepted)
  })

  app.post('/admin/api/worker/guard/release', async (request, reply) => {
    const { reason } = bodyOf(request, GUARD_RELEASE)
    return answer(reply, await worker.releaseGuard({ ...(await asked(request)), reason }))
  })

  app.post('/admin/api/worker/pause', async (request, reply) => {
    const { reason, for_seconds: seconds } = bodyOf(request, PAUSE)
    const forMs = seconds === null || seconds === undefined ? null : seconds * 1000
    return answer(reply, await worker.pause({ ...(await asked(request)), reason, forMs }))
  })

  app.post('/admin/api/worker/resume', async (request, reply) => {
    const { reason = '' } = bodyOf(request, RESUME)
    return answer(reply, await worker.resume({ ...(await asked(request)), reason }))
  })
}

/** A person acts on a page that may be old; a script says what it means (WD17). */
function mustTellWhatItSaw({ caller }: FastifyRequest): boolean {
  // On the Unix socket nobody signs in.
  return (caller ?? null) !== null && caller?.csrf !== null
}

function nothingSeen(): HoldfastProblem {
  return new HoldfastProblem(
    'precondition_missing',
    'If-Match: expected the version that the page was made of',
  )
}

/** As an entity tag, or `*`. */
function seenVersion(request: FastifyRequest): string | null {
  const given = headerOf(request, 'if-match')
  return given === null ? null : given.replace(/^"(.*)"$/, '$1')
}

/** As asked, complete or not: what is missing is the policy's to say. */
function overrideOf(body: z.output<typeof WORKER_RESTART.body>): RestartWish['override'] {
  if (body.manual_override !== true) return null
  return {
    acknowledged: body.override_acknowledged === true,
    reason: body.override_reason ?? '',
    passes: body.override_passes ?? [],
  }
}

/** A refusal is an answer and no problem; it takes the problem's form so that every client can read it. */
function sendRefusal(
  reply: FastifyReply,
  { requestId, replayed, decision }: Extract<RestartAnswer, { kind: 'refused' }>,
): FastifyReply {
  const reason = decision.reason as RefusalReason
  const status = REFUSAL_STATUS[reason]
  const message = sentenceOf(reason)
  if (status === 429) void reply.header('retry-after', Math.ceil(decision.cooldown_remaining_ms / 1000))
  const body: RestartRefused = {
    type: `urn:holdfast:refusal:${reason}`,
    title: 'Refused by policy',
    status,
    detail: message,
    success: false,
    error: { code: reason, message },
    reasons: decision.reasons.map((code) => ({ code, message: sentenceOf(code) })),
    request_id: requestId,
    replayed,
    decision,
  }
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(body))
}

/**
 * What a route reads and what it answers, said once (OB4): the handler reads its body and query with it, the OpenAPI
 * document is made from it, and tests hold every answer against it. What follows from a route's role and method alone
 * (who is refused, and how) is in nobody's description: `openapi/refusals.ts` derives it for all of them.
 */
import * as z from 'zod/mini'
import { TAB_HEADER } from '#domain/navigation/presence.ts'
import type { ProblemCode } from '#domain/problems.ts'
import { idempotencyKey } from '#domain/schemas/worker-api.ts'

export interface RouteDescription {
  /** One plain sentence, without a full stop. */
  readonly summary: string
  readonly params?: FieldsSchema
  readonly query?: FieldsSchema
  readonly headers?: readonly RequestHeader[]
  readonly body?: z.ZodMiniType
  /** By status: what is answered that is no problem. */
  readonly answers: Readonly<Record<number, Answer>>
  /** Problems that this route alone knows; their statuses stand in the one table of problems. */
  readonly refusals?: readonly ProblemCode[]
}

/** Each field says by `z.describe` what is expected of it, for the document and for whoever sent something else. */
export type FieldsSchema = z.ZodMiniObject

/** Of a route that is in no document. */
export interface LeftOut {
  readonly leftOut: string
}

export interface Answer {
  /** What it means, in a few words. */
  readonly means: string
  /** By media type; null for bytes that no schema describes. */
  readonly content: Readonly<Record<string, z.ZodMiniType | null>>
  readonly headers?: readonly AnswerHeader[]
}

export const REQUEST_HEADERS = {
  'Idempotency-Key': {
    schema: idempotencyKey,
    description: 'Whoever asks twice with one key is answered twice and heard once.',
  },
  'If-Match': {
    schema: z.string(),
    description: 'The ETag of the state that was looked at; where that has changed since, the answer is 412.',
  },
  [TAB_HEADER]: {
    schema: z.string(),
    description:
      'Which open tab of the console asks: 32 hexadecimal digits, and as its last word "; obeyed" or "; closed". Anything else says nothing.',
  },
  'Last-Event-ID': {
    schema: z.string(),
    description: 'The id of the last event that was heard, to go on from there.',
  },
} as const
export type RequestHeader = keyof typeof REQUEST_HEADERS

export const ANSWER_HEADERS = {
  ETag: 'The version of the state, for If-Match.',
  'Retry-After': 'After how many seconds it is worth asking again.',
  'Set-Cookie': 'The session, or its end.',
} as const
export type AnswerHeader = keyof typeof ANSWER_HEADERS

export const JSON_TYPE = 'application/json'
export const PROBLEM_TYPE = 'application/problem+json'

type Headers = readonly AnswerHeader[]

/** As everything under `/admin/api/` answers: `{ success, data, meta }`. */
export function enveloped(means: string, data: z.ZodMiniType, headers: Headers = []): Answer {
  return bare(means, envelopeOf(data), headers)
}

export function bare(means: string, schema: z.ZodMiniType, headers: Headers = []): Answer {
  return { means, content: { [JSON_TYPE]: schema }, headers }
}

export function bytes(means: string, type: string): Answer {
  return { means, content: { [type]: null } }
}

/** A refusal that says more than a problem does. */
export function refused(means: string, schema: z.ZodMiniType, headers: Headers = []): Answer {
  return { means, content: { [PROBLEM_TYPE]: schema }, headers }
}

export const envelopeMeta = z.object({ at: z.number(), version: z.string() })

export function envelopeOf(data: z.ZodMiniType): z.ZodMiniType {
  return z.object({ success: z.literal(true), data, meta: envelopeMeta })
}

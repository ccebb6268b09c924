/**
 * The OpenAPI document (OB4): made from the route table, so that it says what the server does and nothing else. Why the
 * Unix socket's own routes and the console's files are not in it is told in ADR 0019.
 */
import type * as z from 'zod/mini'
import { PROBLEMS, type ProblemCode } from '#domain/problems.ts'
import { problemBody } from '#domain/schemas/admin-api.ts'
import {
  ANSWER_HEADERS,
  PROBLEM_TYPE,
  REQUEST_HEADERS,
  type Answer,
  type AnswerHeader,
  type FieldsSchema,
  type RouteDescription,
} from '../describe.ts'
import { ROUTES, type StatedRoute } from '../route-table.ts'
import { refusalsOf } from './refusals.ts'
import {
  ComponentWriter,
  type JsonSchema,
  type Media,
  type Openness,
  type Reference,
  type ResponseObject,
} from './components.ts'

/**
 * Raised with every change of the document, which a test demands: the last number for words, the middle one for what
 * is added, the first for what a client that read the former one would trip over.
 */
const API_VERSION = '1.15.0'

const ABOUT = [
  'What the console, scripts and probes ask of the agent.',
  'Everything under /admin/api/ is enveloped as { success, data, meta }; errors are problem+json (RFC 9457) that also carry success: false and error: { code, message }.',
  'Each GET but that of the stream answers HEAD as well, without a body. Any other method or address is 404 with the code not_found.',
  'Answers may have more fields than are described here: a later version may add some.',
].join(' ')

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
}

export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly security: readonly Record<string, readonly string[]>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { required: boolean; content: Record<string, Media> }
  readonly responses: Record<string, ResponseObject | Reference>
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { url: string }[]
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: {
    readonly schemas: Record<string, JsonSchema>
    readonly responses: Record<string, ResponseObject>
    readonly securitySchemes: object
  }
}

export function openApiDocument(answers: Openness = 'open'): OpenApiDocument {
  const writer = new ComponentWriter(answers)
  const paths: OpenApiDocument['paths'] = {}
  for (const { route, description } of documented()) {
    const path = (paths[templated(route.path)] ??= {})
    path[route.method.toLowerCase()] = operationOf(route, description, writer)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Holdfast', version: API_VERSION, description: ABOUT },
    servers: [{ url: '/' }],
    paths,
    components: { ...writer.components(), securitySchemes: SECURITY_SCHEMES },
  }
}

/** As it is committed and served. */
export function openApiText(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`
}

function documented(): { route: StatedRoute; description: RouteDescription }[] {
  return ROUTES.flatMap((route) => {
    const { description, on } = route
    return on === 'socket' || 'leftOut' in description ? [] : [{ route, description }]
  })
}

const SECURITY_SCHEMES = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description: 'Made on the host: holdfast token create --role R --expires T.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'holdfast_8787',
    description:
      'Set by a sign-in. The number is the port that was asked; under an https origin the name is __Host-holdfast.',
  },
  csrf: {
    type: 'apiKey',
    in: 'header',
    name: 'X-CSRF-Token',
    description: 'As the sign-in gave it; for each change that a session asks for.',
  },
}

function operationOf(route: StatedRoute, description: RouteDescription, writer: ComponentWriter): Operation {
  const parameters = parametersOf(description, writer)
  const { body } = description
  return {
    operationId: operationId(route),
    summary: description.summary,
    description: forWhom(route),
    security: securityOf(route),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: { required: true, content: { 'application/json': { schema: writer.sent(body) } } },
        }),
    responses: responsesOf(description.answers, refusalsOf(route, description), writer),
  }
}

function forWhom({ least, isOpenHere = false }: StatedRoute): string {
  if (least === 'public') return 'For everybody.'
  const here = isOpenHere ? ' To the agent’s own host also without signing in, but not through a proxy.' : ''
  return `For the role ${least} and above.${here}`
}

function securityOf({ least, method, isOpenHere = false }: StatedRoute): Operation['security'] {
  if (least === 'public') return []
  const signedIn = [{ token: [] }, method === 'GET' ? { session: [] } : { session: [], csrf: [] }]
  // None of them is a way in as well.
  return isOpenHere ? [...signedIn, {}] : signedIn
}

/** `GET /admin/api/raw/:streams` → `get_admin_api_raw_streams`. */
function operationId({ method, path }: StatedRoute): string {
  return `${method.toLowerCase()}${path.replaceAll(/[^A-Za-z0-9]+/g, '_')}`
}

function templated(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}')
}

function parametersOf(
  { params, query, headers = [] }: RouteDescription,
  writer: ComponentWriter,
): Parameter[] {
  return [
    ...fieldsOf(params, 'path', writer),
    ...fieldsOf(query, 'query', writer),
    ...headers.map((name) => {
      const { schema, description } = REQUEST_HEADERS[name]
      return { name, in: 'header' as const, required: false, description, schema: writer.sent(schema) }
    }),
  ]
}

function fieldsOf(
  fields: FieldsSchema | undefined,
  place: 'path' | 'query',
  writer: ComponentWriter,
): Parameter[] {
  if (fields === undefined) return []
  const required = new Set(writer.sent(fields).required ?? [])
  return Object.entries(fields.shape).map(([name, one]) => {
    const { description, ...schema } = writer.meant(one as z.ZodMiniType)
    return {
      name,
      in: place,
      required: required.has(name),
      ...(description === undefined ? {} : { description }),
      schema,
    }
  })
}

function responsesOf(
  answers: RouteDescription['answers'],
  refusals: readonly ProblemCode[],
  writer: ComponentWriter,
): Operation['responses'] {
  const statuses = new Set([
    ...Object.keys(answers),
    ...refusals.map((code) => String(PROBLEMS[code].status)),
  ])
  return Object.fromEntries(
    [...statuses].toSorted().map((status) => {
      const codes = refusals.filter((code) => String(PROBLEMS[code].status) === status)
      const answer = answers[Number(status)]
      return [status, answer === undefined ? problemsOf(codes, writer) : responseOf(answer, codes, writer)]
    }),
  )
}

/** Many routes refuse alike: it stands once, under its codes. */
function problemsOf(codes: readonly ProblemCode[], writer: ComponentWriter): Reference {
  return writer.response(codes.join('.'), () => ({
    description: codes.map(meaningOf).join('; '),
    ...headersOf(codes.flatMap(retryHeaderOf)),
    content: { [PROBLEM_TYPE]: { schema: problemSchema(codes, writer) } },
  }))
}

function responseOf(
  { means, content, headers = [] }: Answer,
  codes: readonly ProblemCode[],
  writer: ComponentWriter,
): ResponseObject {
  const media = Object.entries(content).map(([type, schema]): [string, Media] => [
    type,
    schema === null ? {} : { schema: writer.answered(schema) },
  ])
  return {
    description: [means, ...codes.map(meaningOf)].join('; '),
    ...headersOf([...headers, ...codes.flatMap(retryHeaderOf)]),
    content:
      codes.length === 0 ? Object.fromEntries(media) : withProblems(Object.fromEntries(media), codes, writer),
  }
}

/** Where a refusal of another form has the same status, it is either. */
function withProblems(
  content: ResponseObject['content'],
  codes: readonly ProblemCode[],
  writer: ComponentWriter,
): ResponseObject['content'] {
  const problem = problemSchema(codes, writer)
  const other = content[PROBLEM_TYPE]?.schema
  return {
    ...content,
    [PROBLEM_TYPE]: { schema: other === undefined ? problem : { anyOf: [other, problem] } },
  }
}

function problemSchema(codes: readonly ProblemCode[], writer: ComponentWriter): JsonSchema {
  const error = { properties: { code: { enum: [...codes] } } }
  return { ...writer.answered(problemBody), properties: { error } }
}

function meaningOf(code: ProblemCode): string {
  return `${code}: ${PROBLEMS[code].title}`
}

function retryHeaderOf(code: ProblemCode): ['Retry-After'] | [] {
  return [429, 503].includes(PROBLEMS[code].status) ? ['Retry-After'] : []
}

function headersOf(names: readonly AnswerHeader[]): Pick<ResponseObject, 'headers'> {
  if (names.length === 0) return {}
  const headers = names.map((name) => {
    const type = name === 'Retry-After' ? ('integer' as const) : ('string' as const)
    return [name, { description: ANSWER_HEADERS[name], schema: { type } }]
  })
  return { headers: Object.fromEntries(headers) as NonNullable<ResponseObject['headers']> }
}

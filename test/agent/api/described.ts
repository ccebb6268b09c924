/** Answers held against the OpenAPI document, closed: what it does not describe must not be there. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { openApiDocument, type Operation } from '#agent/api/openapi/document.ts'
import { PROBLEM_TYPE } from '#agent/api/describe.ts'
import type { ResponseObject } from '#agent/api/openapi/components.ts'

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

export const DOCUMENT = openApiDocument('closed')

const ajv = new Ajv2020({ strict: false, allErrors: true })
ajv.addSchema(DOCUMENT, 'document')
const compiled = new Map<string, ValidateFunction>()

/** What is wrong with an answer to this operation; null: it is as described. */
export function faultOf(path: string, method: string, { status, headers, body }: Answered): string | null {
  const operation = DOCUMENT.paths[path]?.[method.toLowerCase()]
  if (operation === undefined) return `${method} ${path} is not described`
  const response = responseOf(operation, status)
  if (response === null) return `status ${status} is not described: ${body.toString().slice(0, 300)}`
  const type = String(headers['content-type']).split(';')[0] ?? ''
  const media = response.content[type]
  if (media === undefined) return `content type ${type} is not described for ${status}`
  const undescribed = ['etag', 'retry-after', 'set-cookie'].filter(
    (name) =>
      headers[name] !== undefined &&
      !Object.keys(response.headers ?? {}).some((one) => one.toLowerCase() === name),
  )
  if (undescribed.length > 0) return `header ${undescribed.join()} is not described for ${status}`
  const isPause = [429, 503].includes(status) && type === PROBLEM_TYPE
  if (isPause && !/^[1-9]\d*$/.test(String(headers['retry-after']))) return `${status} without Retry-After`
  if (media.schema === undefined) return null
  return bodyFault(JSON.stringify(media.schema), body)
}

/** Whether a body that was read is one that the operation takes. */
export function takesBody(operation: Operation, body: unknown): boolean {
  const schema = operation.requestBody?.content['application/json']?.schema
  return schema === undefined || validator(JSON.stringify(schema))(body) === true
}

function responseOf(operation: Operation, status: number): ResponseObject | null {
  const response = operation.responses[status]
  if (response === undefined) return null
  if (!('$ref' in response)) return response
  return DOCUMENT.components.responses[response.$ref.split('/').at(-1) ?? ''] ?? null
}

function bodyFault(schema: string, body: Buffer): string | null {
  let given: unknown
  try {
    given = JSON.parse(body.toString())
  } catch {
    return `no JSON: ${body.toString().slice(0, 200)}`
  }
  const validate = validator(schema)
  if (validate(given)) return null
  return `${ajv.errorsText(validate.errors)}: ${body.toString().slice(0, 500)}`
}

function validator(schema: string): ValidateFunction {
  const known = compiled.get(schema)
  if (known !== undefined) return known
  const made = ajv.compile(
    JSON.parse(schema.replaceAll('"#/components/', '"document#/components/')) as object,
  )
  compiled.set(schema, made)
  return made
}

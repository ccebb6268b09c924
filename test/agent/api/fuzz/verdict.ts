/** What an answer must be, whatever was asked. */
import { reaches } from '#domain/access/roles.ts'
import { problemBody } from '#domain/schemas/admin-api.ts'
import { DOCUMENT, faultOf, takesBody, type Answered } from '../described.ts'
import type { FuzzRequest } from './requests.ts'

/** null: as it must be. */
export function faultIn(request: FuzzRequest, answer: Answered): string | null {
  if (answer.status === 500) return `500: ${answer.body.toString().slice(0, 300)}`
  if (answer.headers['x-content-type-options'] !== 'nosniff') return 'not marked nosniff'
  if (request.method === 'HEAD') return answer.body.length === 0 ? null : 'a HEAD is answered with a body'
  const { path } = request
  const isDescribed = path !== null && DOCUMENT.paths[path]?.[request.method.toLowerCase()] !== undefined
  if (!isDescribed) return elsewhereFault(request, answer)
  return (
    faultOf(path, request.method, answer) ??
    accessFault(path, request, answer) ??
    bodyFault(path, request, answer)
  )
}

/** There is nothing, or a file of the console, which takes every address for its own that a page is asked of. */
function elsewhereFault({ method }: FuzzRequest, { status, headers, body }: Answered): string | null {
  const type = String(headers['content-type'])
  if (type.startsWith('application/problem+json')) {
    const reading = problemBody.safeParse(JSON.parse(body.toString()))
    if (!reading.success || reading.data.status !== status)
      return `no problem: ${body.toString().slice(0, 300)}`
    return status < 500 ? null : `${status} where nothing is`
  }
  const isFile = method === 'GET' && [200, 206, 304, 416].includes(status)
  return isFile || isRealAddress(type, body) ? null : `${status} ${type} where nothing is`
}

/** An address may be written in several ways, and still be the one that it is. */
function isRealAddress(type: string, body: Buffer): boolean {
  return type.startsWith('application/json') && body.length > 0
}

const REFUSALS = new Set([400, 401, 403, 404, 408, 421, 431])

function accessFault(path: string, { method, as }: FuzzRequest, { status }: Answered): string | null {
  const operation = DOCUMENT.paths[path]?.[method.toLowerCase()]
  const least = /role (viewer|operator|admin)/.exec(operation?.description ?? '')?.[1] as 'viewer' | undefined
  // Whether the session still lasts is not known here: it may have been signed out.
  if (least === undefined || as === 'session') return null
  const isOpenHere = operation?.security.some((way) => Object.keys(way).length === 0) ?? false
  const mayPass = as === 'nobody' ? isOpenHere : reaches(as, least)
  return mayPass || REFUSALS.has(status) ? null : `${status} for ${as}, who may not`
}

function bodyFault(path: string, request: FuzzRequest, { status, body }: Answered): string | null {
  const { method, body: sent } = request
  const operation = DOCUMENT.paths[path]?.[method.toLowerCase()]
  if (operation?.requestBody === undefined) return null
  if (!isTaken(operation, sent)) return status >= 400 ? null : `${status} for a body that is not described`
  const isPlain = request.headers['content-type'] === 'application/json'
  if (status !== 400 || !isPlain) return null
  const { error, detail } = JSON.parse(body.toString()) as { error: { code: string }; detail: string }
  // What no schema says: a reason that shows nothing, and keys that stand for another request.
  const isKnown = /^(reason: expected why|Idempotency-Key)/.test(detail)
  return error.code !== 'bad_request' || isKnown ? null : `refused though it is as described: ${detail}`
}

/** A byte order mark before it is none of its text. */
function isTaken(operation: Parameters<typeof takesBody>[0], sent: string | undefined): boolean {
  try {
    return takesBody(operation, JSON.parse((sent ?? '').replace(/^\uFEFF/, '')))
  } catch {
    return false
  }
}

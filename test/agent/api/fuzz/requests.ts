/** Requests made from the document: most of them nearly right, as those are that find the way furthest in. */
import fc from 'fast-check'
import type { Operation } from '#agent/api/openapi/document.ts'
import { RAW_FRAME_TYPE } from '#domain/schemas/raw-v1.ts'
import { DOCUMENT } from '../described.ts'
import type { Sent } from '../send.ts'
import { HOSTILE_TEXTS, hostileValue, nearValue, validValue } from './values.ts'

export const CALLERS = ['nobody', 'viewer', 'operator', 'session'] as const
export type Caller = (typeof CALLERS)[number]

export interface FuzzRequest extends Sent {
  readonly as: Caller
  /** The path as the document has it; null: one that it has not. */
  readonly path: string | null
}

type Parameters = NonNullable<Operation['parameters']>

/** Each password costs the agent a fifth of a second: those are for the tests of signing in. */
const isDear = (path: string) => path === '/admin/api/login'

const operations = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
)

export function fuzzRequests(): fc.Arbitrary<FuzzRequest> {
  return fc.oneof(
    ...operations.map((one) => ({ weight: isDear(one.path) ? 1 : 10, arbitrary: requestOf(one) })),
    { weight: 12, arbitrary: elsewhere() },
  )
}

function requestOf({ path, method, operation }: (typeof operations)[number]): fc.Arbitrary<FuzzRequest> {
  const { parameters = [] } = operation
  return fc
    .record({
      method: fc.oneof(
        { weight: 12, arbitrary: fc.constant(method) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            'GET',
            'HEAD',
            'POST',
            'PUT',
            'PATCH',
            'DELETE',
            'OPTIONS',
            'TRACE',
            'PROPFIND',
          ),
        },
      ),
      target: fc.tuple(pathOf(path, parameters), queryOf(parameters)).map(([own, query]) => own + query),
      headers: headersOf(parameters),
      content: contentOf(method, operation),
      as: fc.constantFrom(...CALLERS),
    })
    .map(({ content, headers, ...request }) => ({
      ...request,
      path,
      headers: { ...headers, ...content.headers },
      ...(content.body === undefined ? {} : { body: content.body }),
    }))
}

/** Addresses that are not in the document, or look as if they were. */
function elsewhere(): fc.Arbitrary<FuzzRequest> {
  const known = fc.constantFrom(...operations.map(({ path }) => path))
  const target = fc.oneof(
    known.map((path) => `${path}/`),
    known.map((path) => path.toUpperCase()),
    known.map((path) => `/${path}`),
    known.map((path) => `${path};x=1`),
    known.map((path) => path.replace(/\/(?=[^/]*$)/, '%2f')),
    known.map((path) => `/nowhere/..${path}`),
    known.map((path) => path.slice(0, -1)),
    fc.constantFrom(...HOSTILE_TEXTS).map((text) => `/${sendable(text)}`),
    fc.constantFrom(...HOSTILE_TEXTS).map((text) => `/admin/api/${sendable(text)}`),
    fc.constantFrom(
      '*',
      '/*',
      '/assets/a-1.js',
      '/assets/..%2findex.html',
      '/.secret',
      '/sw.js',
      `/${'a/'.repeat(4000)}`,
    ),
  )
  return fc.record({
    method: fc.constantFrom('GET', 'GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'),
    target,
    headers: headersOf([]),
    as: fc.constantFrom(...CALLERS),
    path: fc.constant(null),
  })
}

function pathOf(path: string, parameters: Parameters): fc.Arbitrary<string> {
  const variable = parameters.filter((one) => one.in === 'path')
  return fc
    .tuple(
      ...variable.map(({ schema }) =>
        fc
          .oneof(fc.constant(null), textually(schema))
          .chain((text) => (text === null ? validText(schema) : fc.constant(text))),
      ),
    )
    .map((values) =>
      variable.reduce((whole, { name }, i) => whole.replace(`{${name}}`, () => values[i] || 'x'), path),
    )
}

function queryOf(parameters: Parameters): fc.Arbitrary<string> {
  const known = parameters.filter((one) => one.in === 'query')
  const pairs = known.map(({ name, schema }) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 3, arbitrary: validText(schema).map((text) => [`${name}=${text}`]) },
      { weight: 2, arbitrary: textually(schema).map((text) => [`${name}=${text}`]) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(validText(schema), textually(schema))
          .map((texts) => texts.map((text) => `${name}=${text}`)),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom([`${name}`], [`${name}[]=1`], [`${name}[x]=1`], [`${name}=%`]),
      },
    ),
  )
  const stray = fc.oneof(
    { weight: 6, arbitrary: fc.constant<string[]>([]) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        ['__proto__=1'],
        ['__proto__[x]=1'],
        ['constructor=1'],
        ['&&&'],
        ['='],
        ['a=1&'.repeat(2000)],
      ),
    },
  )
  return fc.tuple(stray, ...pairs).map((all) => {
    const query = all.flat().join('&')
    return query === '' ? '' : `?${query}`
  })
}

function validText(schema: Parameters[number]['schema']): fc.Arbitrary<string> {
  return validValue(schema).map((value) => sendable(Array.isArray(value) ? value.join(',') : String(value)))
}

function textually(schema: Parameters[number]['schema']): fc.Arbitrary<string> {
  return nearValue(schema).map((value) =>
    sendable(Array.isArray(value) ? value.map(asText).join(',') : asText(value)),
  )
}

/** Of an object as well, which may have no `toString` to be joined by. */
function asText(value: unknown): string {
  return typeof value === 'string' ? value : String(JSON.stringify(value))
}

/** The client sends no others; and no surrogate alone can be written. */
function sendable(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%2C', ',').slice(0, 6000)
}

const HEADER_TEXTS = HOSTILE_TEXTS.map((text) => text.replaceAll(/[^\t\x20-\x7E\x80-\xFF]/g, '?'))

function headersOf(parameters: Parameters): fc.Arbitrary<Record<string, string>> {
  const known = parameters
    .filter((one) => one.in === 'header')
    .map(({ name, schema }) => [
      name,
      fc.oneof(
        {
          weight: 3,
          arbitrary: validValue(schema).map((value) => String(value).replaceAll(/[^\x20-\x7E]/g, '?')),
        },
        { weight: 1, arbitrary: fc.constantFrom('*', '"*"', ...HEADER_TEXTS) },
        { weight: 4, arbitrary: fc.constant(null) },
      ),
    ])
  const others = {
    accept: fc.constantFrom(
      '*/*',
      'text/html',
      'application/json',
      RAW_FRAME_TYPE,
      `${RAW_FRAME_TYPE};q=x`,
      '',
      ',',
    ),
    'accept-encoding': fc.constantFrom('gzip', 'gzip;q=0', 'br', '*', ';;'),
    origin: fc.constantFrom('http://evil.example', 'null', ''),
    'sec-fetch-site': fc.constantFrom('same-origin', 'cross-site', 'none'),
    host: fc.constantFrom('attacker.example', '127.0.0.1', ''),
    'x-forwarded-for': fc.constantFrom('10.0.0.1', ...HEADER_TEXTS),
    'x-http-method-override': fc.constant('DELETE'),
    range: fc.constantFrom('bytes=0-', 'bytes=9-1', 'x'),
  }
  const sometimes = Object.entries(others).map(([name, values]) => [
    name,
    fc.oneof({ weight: 12, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: values }),
  ])
  const all = fc.record(
    Object.fromEntries([...known, ...sometimes]) as Record<string, fc.Arbitrary<string | null>>,
    {
      requiredKeys: Object.keys(others),
    },
  )
  return all.map((headers) =>
    Object.fromEntries(
      Object.entries(headers).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
    ),
  )
}

interface Content {
  readonly headers: Record<string, string>
  readonly body?: string
}

const RAW_BODIES = [
  '',
  '{',
  'null',
  '[]',
  '"x"',
  '{}{}',
  '\uFEFF{}',
  '{"__proto__":{"role":"admin"}}',
  '{"constructor":{"prototype":{"role":"admin"}}}',
  '{"reason":"a","reason":"b"}',
  '{"reason":1e400}',
  '{"for_seconds":1e-400,"reason":"x"}',
  '{"reason":"\\ud800"}',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}`,
  `{"reason":"${'x'.repeat(70_000)}"}`,
  'a=1&b=2',
]

const OTHER_TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'application/jsonp',
  'application/json, text/plain',
  'APPLICATION/JSON',
  'x',
  '',
]

function contentOf(method: string, { requestBody }: Operation): fc.Arbitrary<Content> {
  const schema = requestBody?.content['application/json']?.schema
  const none = fc.constant<Content>({ headers: {} })
  if (method === 'GET') return none
  const bodies: fc.Arbitrary<string> =
    schema === undefined
      ? fc.constantFrom('{}', ...RAW_BODIES)
      : fc.oneof(
          { weight: 4, arbitrary: validValue(schema).map((value) => JSON.stringify(value)) },
          { weight: 5, arbitrary: nearValue(schema).map((value) => JSON.stringify(value)) },
          { weight: 2, arbitrary: hostileValue.map((value) => JSON.stringify(value)) },
          { weight: 2, arbitrary: fc.constantFrom(...RAW_BODIES) },
        )
  const types = fc.oneof(
    { weight: 10, arbitrary: fc.constant('application/json') },
    { weight: 1, arbitrary: fc.constantFrom(...OTHER_TYPES) },
  )
  const sent = fc
    .tuple(bodies, types)
    .map(([body, type]): Content => ({ headers: { 'content-type': type }, body }))
  return fc.oneof({ weight: 1, arbitrary: none }, { weight: 12, arbitrary: sent })
}

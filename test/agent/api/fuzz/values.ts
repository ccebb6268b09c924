/** Values made from a schema of the document: such as it takes, such as it just does not take, and such as nobody meant. */
import fc from 'fast-check'
import type { JsonSchema } from '#agent/api/openapi/components.ts'
import { systemClock } from '#agent/system/clock.ts'
import { DOCUMENT } from '../described.ts'

const NOW = systemClock.wallNow()

type Values = fc.Arbitrary<unknown>

export const HOSTILE_TEXTS = [
  '',
  ' ',
  '\0',
  'null',
  'NaN',
  '0x10',
  '1e400',
  '-1',
  '1.5',
  '9007199254740993',
  '9'.repeat(400),
  '__proto__',
  'constructor',
  'toString',
  '../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '%00',
  '%',
  '{{7*7}}',
  '<script>alert(1)</script>',
  "' OR 1=1 --",
  '\r\nSet-Cookie: a=b',
  '\u001B[31m',
  '\u202E\u2066',
  '\uD800',
  '\uFEFF',
  '𝒳😀e\u0301',
  'x'.repeat(201),
  'x'.repeat(3000),
]

const HOSTILE_NUMBERS = [0, -0, -1, 0.1, 1e-300, 1e21, 2 ** 53, -(2 ** 53), 1e308]

export const hostileValue: Values = fc.oneof(
  fc.constantFrom<unknown>(...HOSTILE_TEXTS),
  fc.constantFrom<unknown>(...HOSTILE_NUMBERS),
  fc.constantFrom<unknown>(null, true, false),
  fc.constantFrom([], {}, [[]], [null], JSON.parse('{"__proto__":{"admin":true}}') as object, {
    length: 1e9,
  }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
)

export function validValue(given: JsonSchema): Values {
  const schema = resolved(given)
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const { anyOf } = schema
  if (anyOf !== undefined) return fc.oneof(...anyOf.map((one) => validValue(one as JsonSchema)))
  const types = [schema.type ?? 'string'].flat()
  return fc.oneof(...types.map((type) => ofType(type, schema)))
}

/** Of the right form but for one thing. */
export function nearValue(given: JsonSchema): Values {
  const schema = resolved(given)
  const { properties } = schema
  if (schema.type !== 'object' || properties === undefined)
    return fc.oneof(validValue(schema), outOfBounds(schema), hostileValue)
  const names = Object.keys(properties)
  return validValue(schema).chain((value) => {
    const whole = value as Record<string, unknown>
    const replaced = fc
      .constantFrom(...names)
      .chain((name) =>
        nearValue(properties[name] as JsonSchema).map((other) => ({ ...whole, [name]: other })),
      )
    const missing = fc.constantFrom(...names).map((name) => without(whole, name))
    const unknown = fc
      .tuple(fc.constantFrom('role', '__proto__', 'constructor', 'Reason', ''), hostileValue)
      .map(([name, other]) => ({ ...whole, [name]: other }))
    return fc.oneof(replaced, missing, unknown)
  })
}

function resolved(schema: JsonSchema): JsonSchema {
  const { $ref } = schema
  return $ref === undefined ? schema : (DOCUMENT.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {})
}

function ofType(type: string, schema: JsonSchema): Values {
  switch (type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.oneof(fc.integer(boundsOf(schema)), recentTime(boundsOf(schema)))
    case 'number':
      return fc.oneof(fc.integer(boundsOf(schema)), fc.double({ ...boundsOf(schema), noNaN: true }))
    case 'array':
      return listOf(schema)
    case 'object':
      return objectOf(schema)
    default:
      return textOf(schema)
  }
}

function boundsOf(schema: JsonSchema): { min: number; max: number } {
  const { minimum = -1e15, maximum = 1e15, exclusiveMinimum } = schema
  return { min: typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : minimum, max: maximum }
}

/** Of a time that lies nowhere near there is nothing. */
function recentTime({ min, max }: { min: number; max: number }): fc.Arbitrary<number> {
  const recent = [60_000, 30_000, 1000].map((agoMs) => NOW - agoMs).filter((t) => t >= min && t <= max)
  return recent.length === 0 ? fc.integer({ min, max }) : fc.constantFrom(...recent)
}

function textOf({ pattern, minLength = 0, maxLength = 40 }: JsonSchema): Values {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern))
  // From a few most of the time: somebody asks for the same thing twice.
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('ops', 'admin', 'deploy', 'looked at it') },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 20) }) },
  )
}

function listOf({ items, minItems = 0, maxItems = 7, uniqueItems = false }: JsonSchema): Values {
  const one = validValue((items ?? {}) as JsonSchema)
  const bounds = { minLength: Math.max(1, minItems), maxLength: maxItems }
  return uniqueItems
    ? fc.uniqueArray(one, bounds)
    : fc.array(one, { ...bounds, maxLength: Math.min(maxItems, 3) })
}

function objectOf({ properties = {}, required = [] }: JsonSchema): Values {
  const fields = Object.entries(properties).map(
    ([name, one]) => [name, validValue(one as JsonSchema)] as const,
  )
  return fc.record(Object.fromEntries(fields), { requiredKeys: required })
}

function outOfBounds(schema: JsonSchema): Values {
  const { minimum, maximum, maxLength } = schema
  const edges: unknown[] = [
    ...(minimum === undefined ? [] : [minimum - 1, minimum]),
    ...(maximum === undefined ? [] : [maximum + 1, maximum]),
    ...(maxLength === undefined ? [] : ['y'.repeat(maxLength), 'y'.repeat(maxLength + 1)]),
    [],
  ]
  return fc.constantFrom(...edges)
}

function without(whole: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(whole).filter(([one]) => one !== name))
}

/** The shapes of what the console's first page is made from, from the schemas, as it reads them (`src/web/api/fits.ts`). */
import * as z from 'zod/mini'
import { health } from '../src/domain/schemas/health.ts'
import { servedSnapshot } from '../src/domain/schemas/served-snapshot.ts'
import { ANSWERS } from '../src/web/api/answers.ts'
import type { Shape } from '../src/web/api/fits.ts'

type JsonSchema = z.core.JSONSchema.JSONSchema

/** Says nothing about a value that came as JSON. */
const SAYS_NOTHING = ['$schema', 'propertyNames']
const KNOWN = new Set<string>([
  'type',
  'enum',
  'anyOf',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'minimum',
  'maximum',
] satisfies (keyof Shape)[])

/** What the first page asks for, or is told instead. */
const FIRST_ANSWERS = ['problem', 'session', 'status', 'auditPage'] as const

export function renderServedShape(): string {
  return textOf(shapeOfSchema(z.extend(servedSnapshot, { health })))
}

export function renderAnswerShapes(): string {
  return textOf(Object.fromEntries(FIRST_ANSWERS.map((name) => [name, shapeOfSchema(ANSWERS[name])])))
}

function textOf(shapes: object): string {
  return `${JSON.stringify(shapes)}\n`
}

function shapeOfSchema(schema: z.ZodMiniType): JsonSchema {
  return shapeOf(z.toJSONSchema(schema, { io: 'input', reused: 'inline' }))
}

/** What could not be looked at must not be passed over in silence. */
function shapeOf(schema: JsonSchema): JsonSchema {
  const { const: only, ...others } = schema
  const rules = only === undefined ? others : { ...others, enum: [only] }
  const said = Object.entries(rules).filter(([keyword]) => !SAYS_NOTHING.includes(keyword))
  const unknown = said.find(([keyword]) => !KNOWN.has(keyword))
  if (unknown !== undefined) throw new Error(`the console does not look at ${unknown[0]}`)
  return Object.fromEntries(said.map(([keyword, rule]) => [keyword, within(keyword, rule)]))
}

function within(keyword: string, rule: unknown): unknown {
  switch (keyword) {
    case 'anyOf':
      return (rule as JsonSchema[]).map(shapeOf)
    case 'items':
    case 'additionalProperties':
      return shapeOf(rule as JsonSchema)
    case 'properties':
      return Object.fromEntries(
        Object.entries(rule as Record<string, JsonSchema>).map(([name, shape]) => [name, shapeOf(shape)]),
      )
    default:
      return rule
  }
}

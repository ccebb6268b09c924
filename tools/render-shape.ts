/** The shape of what comes with the document, from the schemas, as the console reads it (`src/web/api/fits.ts`). */
import * as z from 'zod/mini'
import { health } from '../src/domain/schemas/health.ts'
import { servedSnapshot } from '../src/domain/schemas/served-snapshot.ts'
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

export function renderServedShape(): string {
  const snapshot = z.extend(servedSnapshot, { health })
  return `${JSON.stringify(shapeOf(z.toJSONSchema(snapshot, { io: 'input', reused: 'inline' })))}\n`
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

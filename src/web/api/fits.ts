/**
 * Whether a value is as a JSON Schema says: of the language as much as the shapes rendered from the schemas use
 * (tools/render-shape.ts renders no other). It only says yes or no; what is wrong, and what can be shown in spite of it, the schemas say.
 */
export interface Shape {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Shape[]
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  /** Of what `properties` does not name. */
  readonly additionalProperties?: Shape
  readonly items?: Shape
  readonly minimum?: number
  readonly maximum?: number
}

export function fits(shape: Shape, value: unknown): boolean {
  const { type, anyOf } = shape
  if (anyOf !== undefined && !anyOf.some((one) => fits(one, value))) return false
  if (type !== undefined && ![type].flat().includes(typeOf(value))) return false
  if (shape.enum !== undefined && !shape.enum.includes(value)) return false
  if (typeof value === 'number') return isBetween(value, shape)
  if (Array.isArray(value)) return value.every((item) => fits(shape.items ?? {}, item))
  return typeof value !== 'object' || value === null || fieldsFit(shape, value)
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function isBetween(value: number, { minimum = -Infinity, maximum = Infinity }: Shape): boolean {
  return value >= minimum && value <= maximum
}

/** What is undefined is not there. */
function fieldsFit(shape: Shape, value: object): boolean {
  const { properties = {}, required = [], additionalProperties = {} } = shape
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  return (
    required.every((name) => Object.hasOwn(value, name) && Reflect.get(value, name) !== undefined) &&
    fields.every(([name, field]) =>
      fits(Object.hasOwn(properties, name) ? (properties[name] ?? {}) : additionalProperties, field),
    )
  )
}

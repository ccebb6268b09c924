/**
 * Settles the configuration: environment over file over preset, each value with its source. Every fault is
 * reported, not the first alone; a malformed value is an error with its name, never silently the preset
 * (RC7, BI1).
 */
import { cleanText } from '../free-text.ts'
import { redactedValue } from '../redaction.ts'
import { suggestion } from '../suggest.ts'
import { FIELDS, type ConfigValues, type FieldKey } from './fields.ts'
import { KINDS } from './kinds.ts'

export type Source = { kind: 'preset' } | { kind: 'file'; file: string } | { kind: 'env'; name: string }

export interface ConfigFault {
  /** The variable or key, as the reader wrote it. */
  name: string
  expected: string
  found: string
}

export interface ResolvedConfig {
  values: ConfigValues
  sources: Record<FieldKey, Source>
}

export interface ConfigInput {
  env: Readonly<Record<string, string | undefined>>
  file: { path: string; content: unknown } | null
}

export type ConfigAnswer = { ok: true; config: ResolvedConfig } | { ok: false; faults: ConfigFault[] }

const KEYS = Object.keys(FIELDS) as FieldKey[]
const GROUPS = new Set(KEYS.filter((key) => key.includes('.')).map((key) => key.slice(0, key.indexOf('.'))))

export function resolveConfig({ env, file }: ConfigInput): ConfigAnswer {
  const faults: ConfigFault[] = []
  const written = file === null ? new Map<string, unknown>() : flatten(file, faults)
  const settled = KEYS.map((key) => [key, settle(key, env, file?.path ?? '', written, faults)] as const)
  if (faults.length > 0) return { ok: false, faults }
  return {
    ok: true,
    config: {
      values: Object.fromEntries(settled.map(([key, { value }]) => [key, value])) as unknown as ConfigValues,
      sources: Object.fromEntries(settled.map(([key, { source }]) => [key, source])) as Record<
        FieldKey,
        Source
      >,
    },
  }
}

interface Settled {
  value: unknown
  source: Source
}

function settle(
  key: FieldKey,
  env: ConfigInput['env'],
  file: string,
  written: Map<string, unknown>,
  faults: ConfigFault[],
): Settled {
  const { kind, env: variable, preset } = FIELDS[key]
  const { schema, fromText, expected } = KINDS[kind]
  const text = env[variable]

  const read = (name: string, given: unknown, source: Source): Settled => {
    const parsed = schema.safeParse(given)
    if (parsed.success) return { value: parsed.data, source }
    faults.push({ name, expected, found: show(given) })
    return { value: preset, source: { kind: 'preset' } }
  }
  // The file is checked where a variable wins, too: the fault would come to light when the variable goes.
  const inFile = written.has(key) ? read(`${file}: ${key}`, written.get(key), { kind: 'file', file }) : null
  if (text !== undefined) return read(variable, fromText(text), { kind: 'env', name: variable })
  return inFile ?? { value: preset, source: { kind: 'preset' } }
}

/** `{ "statsd": { "port": 1 } }` → `statsd.port`; what no setting knows is a fault with a suggestion. */
function flatten(
  { path, content }: { path: string; content: unknown },
  faults: ConfigFault[],
): Map<string, unknown> {
  const written = new Map<string, unknown>()
  const unknown = (key: string) => {
    const near = suggestion(key, KEYS)
    faults.push({
      name: `${path}: ${cleanText(key, 80)}`,
      expected: near === null ? 'a known key' : `a known key; did you mean "${near}"`,
      found: 'an unknown key',
    })
  }
  if (!isObject(content)) {
    faults.push({ name: path, expected: 'a JSON object', found: show(content) })
    return written
  }
  for (const [key, value] of Object.entries(content)) {
    if (GROUPS.has(key) && isObject(value)) {
      for (const [inner, innerValue] of Object.entries(value)) {
        const full = `${key}.${inner}`
        if (Object.hasOwn(FIELDS, full)) written.set(full, innerValue)
        else unknown(full)
      }
    } else if (GROUPS.has(key)) {
      faults.push({ name: `${path}: ${key}`, expected: 'an object', found: show(value) })
    } else if (Object.hasOwn(FIELDS, key) && !key.includes('.')) {
      written.set(key, value)
    } else {
      unknown(key)
    }
  }
  return written
}

/** A value as JSON, short enough for one line of an error, without secrets. */
export function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(redactedValue(value))
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `HOLDFAST_` variables that no setting reads: a typo, or meant for a newer release, so a warning only. */
export function unknownVariables(env: ConfigInput['env'], alsoKnown: readonly string[]): ConfigFault[] {
  const known = [...KEYS.map((key) => FIELDS[key].env), ...alsoKnown]
  return Object.keys(env)
    .filter((name) => name.startsWith('HOLDFAST_') && !known.includes(name))
    .map((name) => {
      const near = suggestion(name, known)
      return {
        name,
        expected: near === null ? 'a known variable' : `did you mean ${near}`,
        found: 'an unknown variable',
      }
    })
}

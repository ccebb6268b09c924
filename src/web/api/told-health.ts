/**
 * The health payload as existing deployments give it (OB1), brought into the one form that the console reads: out of
 * its envelope, with what is left out as null, and with times that carry their offset. Nothing is made up; a value that
 * is there and wrong stays as it is, for the schema to say so.
 */
import { parseTime, type LocalOffset } from '#domain/time-text.ts'
import { isoText } from '#domain/time.ts'

type Fields = Readonly<Record<string, unknown>>

/** What a payload may do without, and what stands for it then; also where it is there and cannot be read. */
export const LEFT_OUT: Fields = {
  checked_at: null,
  age_ms: null,
  services: {},
  degraded_reason: null,
  since: null,
  circuit_breaker: null,
  database_pool: null,
  runtime_contract: null,
  route_cache: null,
  system_memory: null,
  warnings: [],
  errors: [],
  navigation: undefined,
}

const LEFT_OUT_OF_RESILIENCE: Fields = {
  thresholds: null,
  alerts: null,
  policy_state: null,
  restart_churn: null,
  recovery_recommendation: null,
}

/** What a deployment may have switched off and then tells of by a word. */
const SWITCHABLE = ['circuit_breaker', 'database_pool', 'route_cache', 'system_memory']
const TIMES = ['checked_at', 'since']

/** null: it is no health payload at all. */
export function toldHealthIn(body: unknown): Fields | null {
  const told = outOfEnvelope(body)
  if (told === null) return null
  const switched_off = SWITCHABLE.filter((block) => isSwitchedOff(told[block]))
  const { resilience } = told
  return {
    ...LEFT_OUT,
    ...given(told),
    ...Object.fromEntries(switched_off.map((block) => [block, null])),
    ...Object.fromEntries(TIMES.map((name) => [name, timeWithOffset(told[name])])),
    services: servicesOf(told.services),
    resilience: isUntold(resilience) || isFields(resilience) ? resilienceOf(resilience) : resilience,
    switched_off,
  }
}

/** `{ success, data, meta }`, or the payload itself. */
function outOfEnvelope(body: unknown): Fields | null {
  if (!isFields(body)) return null
  if (typeof body.success !== 'boolean') return body
  if (isFields(body.data)) return body.data
  const { error } = body
  if (!isFields(error)) return body
  // A refusal in place of the payload: by its own word it does not serve, and that is what a 503 says, too.
  return { status: 'unhealthy', degraded_reason: error.code ?? null, errors: [error.message].filter(isText) }
}

function resilienceOf(told: unknown): Fields {
  return { ...LEFT_OUT_OF_RESILIENCE, ...(isFields(told) ? given(told) : {}) }
}

/** By a word, or as an object with a word of its own; what says neither is for the schema to name. */
function servicesOf(told: unknown): unknown {
  if (isUntold(told)) return {}
  if (!isFields(told)) return told
  return Object.fromEntries(Object.entries(told).map(([name, service]) => [name, wordOf(service)]))
}

function wordOf(service: unknown): unknown {
  if (!isFields(service)) return service ?? 'unknown'
  return service.enabled === false ? 'disabled' : (service.status ?? service.state ?? service)
}

function isSwitchedOff(block: unknown): boolean {
  const word = isFields(block) ? (block.state ?? block.status) : block
  return (isFields(block) && block.enabled === false) || (isText(word) && word.toLowerCase() === 'disabled')
}

/** Without an offset a time is local (WD18); which zone the backend is in, only this browser's can stand for. */
function timeWithOffset(told: unknown): unknown {
  if (isUntold(told)) return null
  if (!isText(told)) return told
  const at = parseTime(told, browserOffset)
  return at === null ? told : isoText(at)
}

const MINUTE_MS = 60_000
const browserOffset: LocalOffset = (at) => -new Date(at).getTimezoneOffset() * MINUTE_MS

function given(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isUntold(value)))
}

function isUntold(value: unknown): value is null | undefined {
  return value === null || value === undefined
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

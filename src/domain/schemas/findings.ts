/**
 * What is wrong with a document, as `{ path, expected, found }`: all of it, not the first alone (BI1). What
 * was found is shown short, without control characters, and never where it may be a secret (AU5).
 */
import type * as z from 'zod/mini'
import { cleanText, keptText } from '../free-text.ts'
import { isSecretName } from '../redaction.ts'
import { repeatedKeyIn, type RepeatedKey } from './repeated-key.ts'

export interface Finding {
  /** `history[3].requested_at`; `the document` for the whole. */
  readonly path: string
  readonly expected: string
  readonly found: string
}

export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly findings: readonly Finding[] }

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** As many as a reader can use; the rest is counted. */
const FINDINGS_LIMIT = 20
const FOUND_LIMIT = 60

export function readWith<S extends z.ZodMiniType>(schema: S, given: unknown): Reading<z.output<S>> {
  const parsed = schema.safeParse(given)
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, findings: findingsOf(parsed.error.issues, given) }
}

/** Parses and checks in one go: a parser's complaint is a finding like any other. */
export function readJsonText<S extends z.ZodMiniType>(schema: S, content: string): Reading<z.output<S>> {
  const parsed = parseJsonText(content.replace(/^\uFEFF/, ''))
  if (!parsed.ok) return parsed
  if (isDeeperThan(parsed.value, LEVELS_LIMIT)) {
    const expected = `at most ${LEVELS_LIMIT} levels`
    return { ok: false, findings: [{ path: 'the document', expected, found: 'more' }] }
  }
  return readWith(schema, parsed.value)
}

export function parseJsonText(content: string): Reading<unknown> {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch (cause) {
    const found = content.trim() === '' ? 'nothing' : `text that is none${placeOf(cause, content)}`
    return { ok: false, findings: [{ path: 'the document', expected: 'JSON', found }] }
  }
  const repeated = repeatedKeyIn(content)
  return repeated === null ? { ok: true, value } : { ok: false, findings: [repeatedFinding(repeated)] }
}

function repeatedFinding({ key, line }: RepeatedKey): Finding {
  return { path: cleanText(key, FOUND_LIMIT), expected: 'once', found: `again in line ${line}` }
}

/** Whoever walks or writes the value later does so by recursion; its depth is set by whoever wrote the file. */
const LEVELS_LIMIT = 64

function isDeeperThan(value: unknown, levels: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; depth <= levels; depth += 1) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
    if (level.length === 0) return false
  }
  return true
}

/** Only where the parser stopped: its message quotes the text, which may hold a secret. */
function placeOf(cause: unknown, content: string): string {
  const message = cause instanceof Error ? cause.message : ''
  const [, position] = / position (\d+)/.exec(message) ?? []
  const isCutOff = /end of JSON input/.test(message) || Number(position) >= content.length
  if (isCutOff) return `, for it ends too early (after ${content.length} characters)`
  const place = /\(line \d+ column \d+\)/.exec(message)
  return place === null ? '' : ` ${place[0]}`
}

export function findingsOf(issues: readonly Issue[], given: unknown): Finding[] {
  const all = issues.flatMap((issue) => fromIssue(issue, given))
  if (all.length <= FINDINGS_LIMIT) return all
  const more = all.length - FINDINGS_LIMIT
  return [
    ...all.slice(0, FINDINGS_LIMIT),
    { path: 'the document', expected: 'none of these', found: `${more} more like them` },
  ]
}

export function findingText({ path, expected, found }: Finding): string {
  return `${path}: expected ${expected}, found ${found}`
}

function fromIssue(issue: Issue, given: unknown): Finding[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key]),
      expected: 'a known key',
      found: 'an unknown key',
    }))
  }
  return [
    {
      path: pathText(issue.path),
      expected: expectedBy(issue),
      found: foundText(valueAt(given, issue.path), issue.path),
    },
  ]
}

/** Words that a schema gave itself, as `z.refine(…, { error: 'a time' })`, say it best. */
const OWN_WORDS = /^(?!Invalid|Too |Unrecognized)/

function expectedBy(issue: Issue): string {
  if (OWN_WORDS.test(issue.message)) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_NAMES[issue.expected] ?? issue.expected
    case 'invalid_value':
      return oneOf(issue.values)
    case 'too_small':
      return `${amountOf(issue.origin)} ${issue.inclusive === false ? 'above' : 'from'} ${issue.minimum}`
    case 'too_big':
      return `${amountOf(issue.origin)} ${issue.inclusive === false ? 'below' : 'up to'} ${issue.maximum}`
    case 'invalid_union':
      return unionText(issue)
    case 'invalid_format':
      return `text in the form ${issue.format}`
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    default:
      return 'a valid value'
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  null: 'null',
}

function unionText(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  const alternatives = issue.errors.flatMap(([first]) => (first === undefined ? [] : [expectedBy(first)]))
  return alternatives.length === 0 ? 'a known kind' : [...new Set(alternatives)].join(' or ')
}

function amountOf(origin: string): string {
  if (origin === 'string') return 'a number of characters'
  return origin === 'array' ? 'a number of entries' : 'a number'
}

function oneOf(values: readonly unknown[]): string {
  const words = values.map((value) => JSON.stringify(value))
  return words.length === 1 ? String(words[0]) : `one of ${words.join(', ')}`
}

function pathText(path: Path): string {
  if (path.length === 0) return 'the document'
  const joined = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return cleanText(joined.replace(/^\./, ''), 120)
}

function valueAt(given: unknown, path: Path): unknown {
  let value = given
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<PropertyKey, unknown>)[part]
  }
  return value
}

export function foundText(value: unknown, path: Path = []): string {
  const isSecret = path.some((part) => isSecretName(String(part)))
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'an object'
  if (isSecret) return 'a value that is not shown'
  if (typeof value === 'string') return `"${keptText(value, FOUND_LIMIT)}"`
  return cleanText(String(value), FOUND_LIMIT)
}

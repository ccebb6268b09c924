/**
 * Reads a `holdfast.raw/1` file strictly (METRICS, input): what is malformed is named with section, column
 * and index, all of it, and no metric is computed from half of a file. Sections and columns that version 1
 * does not know are ignored; a missing section is an empty one.
 */
import * as z from 'zod/mini'
import type { RawColumns } from '../metrics/columns.ts'
import { DEFAULT_METRICS_CONFIG, type MetricsConfig } from '../metrics/config.ts'
import type { RawData } from '../metrics/measure.ts'
import { type Finding, foundText, parseJsonText, type Reading, readWith } from './findings.ts'
import { expectedText, TIME_EXPECTED } from './raw-column-words.ts'
import {
  columnFaults,
  type ColumnKind,
  type ColumnsOf,
  isNumeric,
  isTime,
  numberColumns,
  RAW_SECTIONS,
  type RawSection,
} from './raw-columns.ts'
import type { RawGap } from './raw-v1.ts'

const instant = z.number().check(z.refine(isTime, { error: TIME_EXPECTED, abort: true }))
const notNegative = z.number().check(z.gte(0))
const wholeNumber = z.int().check(z.gte(0))

/**
 * A file without its columns, which are checked where they are: a schema would copy each of a million
 * samples. A missing field of `config` has the value that METRICS gives it.
 */
const frame = z.object({
  format: z.literal('holdfast.raw/1'),
  window: z
    .object({ from: instant, to: instant })
    .check(z.refine(({ from, to }) => from < to, { path: ['to'], error: 'a time after window.from' })),
  config: z.optional(
    z.object({
      slow_ms: z.optional(notNegative),
      apdex_ms: z.optional(notNegative),
      slo_target: z.optional(z.number().check(z.gt(0), z.lt(1))),
      pool_warning: z.optional(z.number()),
      pool_critical: z.optional(z.number()),
      hold_s: z.optional(notNegative),
      rss_limit_bytes: z.optional(notNegative),
      policy: z.optional(
        z.object({
          cooldown_s: z.optional(notNegative),
          retry_budget: z.optional(wholeNumber),
          window_s: z.optional(notNegative),
          churn_threshold: z.optional(z.int().check(z.gte(1))),
        }),
      ),
    }),
  ),
  gaps: z.optional(
    z.array(z.object({ stream: z.string(), from: instant, to: instant, reason: z.optional(z.string()) })),
  ),
})

type RawFileConfig = z.infer<typeof frame>['config']

export interface RawFile extends RawData {
  /** Shown to people; no metric takes notice of them. */
  readonly gaps: readonly RawGap[]
}

type Lists = { readonly [Section in RawSection]: ColumnsOf<Section, readonly unknown[]> }

const SECTION_NAMES = Object.keys(RAW_SECTIONS) as RawSection[]

export function readRawFile(text: string): Reading<RawFile> {
  if (text.startsWith('\uFEFF')) {
    const found = 'a byte order mark before it'
    return { ok: false, findings: [{ path: 'the document', expected: 'JSON', found }] }
  }
  if (hasMoreThan(BRACKETS_LIMIT, text)) {
    const expected = `at most ${BRACKETS_LIMIT} objects and lists`
    return { ok: false, findings: [{ path: 'the document', expected, found: 'more' }] }
  }
  const parsed = parseJsonText(text)
  if (parsed.ok) return readRawDocument(parsed.value)
  const marked = withNamedNonNumbers(text)
  return marked === null ? parsed : { ok: false, findings: marked }
}

/**
 * A file of this form has two dozen lists and its gaps. Millions of little ones take thirty times their text
 * in memory, which a parser would ask for before anybody could say no. Brackets within texts count as well.
 */
const BRACKETS_LIMIT = 2_000_000

function hasMoreThan(limit: number, text: string): boolean {
  let count = 0
  for (const bracket of ['[', '{']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      count += 1
      if (count > limit) return true
    }
  }
  return false
}

export function readRawDocument(given: unknown): Reading<RawFile> {
  const framed = readWith(frame, given)
  const { lists, findings } = readSections(given)
  if (!framed.ok) return { ok: false, findings: [...framed.findings, ...findings] }
  if (findings.length > 0) return { ok: false, findings }
  const { window, config, gaps } = framed.value
  return {
    ok: true,
    value: { window, config: configOf(config), columns: columnsOf(lists), gaps: gaps ?? [] },
  }
}

/**
 * NaN and Infinity are no JSON, and yet what some writers make of them. Read as text, they are found like any
 * other value that is no number: at their place. Null where the text holds none.
 */
function withNamedNonNumbers(text: string): readonly Finding[] | null {
  const quoted = text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  )
  if (quoted.length === text.length) return null
  const parsed = parseJsonText(quoted)
  if (!parsed.ok) return null
  const reading = readRawDocument(parsed.value)
  return reading.ok ? null : reading.findings
}

function readSections(given: unknown): { lists: Lists; findings: Finding[] } {
  const findings: Finding[] = []
  const lists = Object.fromEntries(
    SECTION_NAMES.map((section) => {
      const read = readSection(section, ownValue(given, section))
      findings.push(...read.findings)
      return [section, read.lists]
    }),
  ) as Lists
  return { lists, findings }
}

type SectionLists = Readonly<Record<string, readonly unknown[]>>

/** A missing section is an empty one, and so is a missing column, as far as the others are empty, too. */
function readSection(section: RawSection, given: unknown): { lists: SectionLists; findings: Finding[] } {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given)
  if (given !== undefined && !isObject) {
    const finding = { path: section, expected: 'an object of columns', found: foundText(given) }
    return { lists: {}, findings: [finding] }
  }
  const columns = Object.keys(RAW_SECTIONS[section]).map((name) => {
    const column = ownValue(given, name)
    return [name, column === undefined ? [] : column] as const
  })
  const lists = Object.fromEntries(columns) as SectionLists
  const noLists = columns.filter(([, column]) => !Array.isArray(column))
  if (noLists.length === 0) return { lists, findings: valueFindings(section, lists) }
  const findings = noLists.map(([name, column]) => ({
    path: `${section}.${name}`,
    expected: 'a list',
    found: foundText(column),
  }))
  return { lists, findings }
}

function valueFindings(section: RawSection, lists: SectionLists): Finding[] {
  return columnFaults(section, lists as Lists[typeof section]).map(({ column, index, expected, found }) => ({
    path: `${section}.${column}[${index}]`,
    expected: expectedText(expected),
    found: foundText(found),
  }))
}

function ownValue(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null && Object.hasOwn(object, name)
    ? (object as Record<string, unknown>)[name]
    : undefined
}

/** From checked lists to typed columns. */
function columnsOf(lists: Lists): RawColumns {
  const columns = SECTION_NAMES.map((section) => [
    section,
    numberColumns(section, typedLists(section, lists[section]) as never),
  ])
  return Object.fromEntries(columns) as RawColumns
}

function typedLists(section: RawSection, lists: SectionLists): object {
  return Object.fromEntries(
    Object.entries<ColumnKind>(RAW_SECTIONS[section]).map(([name, kind]) => {
      const list = lists[name] as readonly unknown[]
      return [name, isNumeric(kind) ? new Float64Array(list as readonly number[]) : list]
    }),
  )
}

function configOf(given: RawFileConfig): MetricsConfig {
  const preset = DEFAULT_METRICS_CONFIG
  return {
    slowMs: given?.slow_ms ?? preset.slowMs,
    apdexMs: given?.apdex_ms ?? preset.apdexMs,
    sloTarget: given?.slo_target ?? preset.sloTarget,
    poolWarning: given?.pool_warning ?? preset.poolWarning,
    poolCritical: given?.pool_critical ?? preset.poolCritical,
    holdMs: msOf(given?.hold_s) ?? preset.holdMs,
    rssBytesLimit: given?.rss_limit_bytes ?? preset.rssBytesLimit,
    policy: {
      cooldownMs: msOf(given?.policy?.cooldown_s) ?? preset.policy.cooldownMs,
      retryBudget: given?.policy?.retry_budget ?? preset.policy.retryBudget,
      windowMs: msOf(given?.policy?.window_s) ?? preset.policy.windowMs,
      churnThreshold: given?.policy?.churn_threshold ?? preset.policy.churnThreshold,
    },
  }
}

/**
 * To the nanosecond: 1.001 s are 1001 ms, where the product of the doubles lies a little below and an attempt
 * at exactly that age would fall out of its window.
 */
function msOf(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Number((seconds * 1000).toFixed(6))
}

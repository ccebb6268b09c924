/**
 * The Prometheus text format (0.0.4), as far as a few named series are to be read from it (IN1). Strict: a line that is
 * none costs the whole text, since whatever cut or mixed it may have changed the others, too. What stands in a bad line
 * is not repeated: label values may be anything (AU5).
 */
import type { Reading } from './findings.ts'

/** `name` or `name{label="value"}`: the series of that name that have these labels, among others of theirs. */
export interface MetricSelector {
  readonly name: string
  readonly labels: Labels
}

export interface MetricSample {
  readonly name: string
  readonly labels: Labels
  readonly value: number
}

type Labels = ReadonlyMap<string, string>

const BLANK = '[ \\t]*'
const NAME = '[A-Za-z_:][A-Za-z0-9_:]*'
const LABEL_NAME = '[A-Za-z_][A-Za-z0-9_]*'
const LABEL_VALUE = '(?:[^"\\\\]|\\\\[\\\\"n])*'
const LABEL = `${LABEL_NAME}${BLANK}=${BLANK}"${LABEL_VALUE}"`
/** A comma may stand behind the last one, too. */
const LABELS = `(?:${LABEL}${BLANK}(?:,${BLANK}|(?=\\})))*`
const SERIES = `(${NAME})(?:${BLANK}\\{${BLANK}(${LABELS})\\})?`
const VALUE = '[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?|NaN|[+-]?Inf'
const TIMESTAMP = '-?\\d{1,15}'

const SELECTOR = new RegExp(`^${SERIES}$`)
const SAMPLE_LINE = new RegExp(`^${BLANK}${SERIES}[ \\t]+(${VALUE})(?:[ \\t]+${TIMESTAMP})?${BLANK}$`)
const BLANK_OR_COMMENT = /^[ \t]*(?:#.*)?$/
const EACH_LABEL = new RegExp(`(${LABEL_NAME})${BLANK}=${BLANK}"(${LABEL_VALUE})"`, 'g')

/** null: it is none. */
export function parseSelector(text: string): MetricSelector | null {
  const match = SELECTOR.exec(text)
  if (match === null) return null
  const labels = labelsOf(match[2])
  return labels === null ? null : { name: match[1] ?? '', labels }
}

/** The samples of these names. */
export function readMetricsText(text: string, names: ReadonlySet<string>): Reading<MetricSample[]> {
  const samples: MetricSample[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (BLANK_OR_COMMENT.test(line)) continue
    const match = SAMPLE_LINE.exec(line)
    const labels = match === null ? null : labelsOf(match[2])
    if (match === null || labels === null) {
      const finding = {
        path: `line ${index + 1}`,
        expected: 'a sample as Prometheus writes it',
        found: 'another',
      }
      return { ok: false, findings: [finding] }
    }
    const [, name = '', , value = ''] = match
    if (names.has(name)) samples.push({ name, labels, value: numberOf(value) })
  }
  return { ok: true, value: samples }
}

export function samplesOf(
  samples: readonly MetricSample[],
  { name, labels }: MetricSelector,
): MetricSample[] {
  return samples.filter(
    (sample) =>
      sample.name === name && [...labels].every(([label, value]) => sample.labels.get(label) === value),
  )
}

/** null: one of them stands there twice. */
function labelsOf(text = ''): Labels | null {
  const given = [...text.matchAll(EACH_LABEL)].map(
    ([, label = '', value = '']) => [label, unescaped(value)] as const,
  )
  const labels = new Map(given)
  return labels.size === given.length ? labels : null
}

function unescaped(value: string): string {
  return value.replace(/\\([\\"n])/g, (_, what: string) => (what === 'n' ? '\n' : what))
}

function numberOf(text: string): number {
  return Number(text.replace('Inf', 'Infinity'))
}

/** docs/metrics.md, from the metric contract and the form's table of columns. */
import { DEFAULT_METRICS_CONFIG as preset } from '../src/domain/metrics/config.ts'
import {
  METRIC_FAMILIES,
  METRICS,
  type MetricSpec,
  type MetricUnit,
  type Tolerance,
} from '../src/domain/metrics/contract.ts'
import { RAW_SECTIONS } from '../src/domain/schemas/raw-columns.ts'

const PREFACE = `<!-- Rendered from src/domain/metrics/contract.ts by \`npm run render\`. Do not edit. -->
# Metrics

Every figure of the console, and what \`holdfast metrics --input FILE\` prints for an exported window, is computed by
\`src/domain/metrics\` as this page says. Inputs are columns of \`holdfast.raw/1\` (below) and fields of its \`config\`.

- **The window is half-open**: \`from <= t < to\`. Samples outside it do not exist, but for the breaker's state at \`from\`, and for
  restarts, which are looked back at from \`to\`, past \`from\`.
- **\`—\` is not zero**: it cannot be known from the data. \`null\` in JSON; the console and the command give the reason.
- **Places** are decimal places, rounded once, at the end, half away from zero, by the exact value of the double: what is written 1.005 is a
  double a little below it and becomes 1.00. An exact calculation may differ there by one unit of the last place.
- **Tolerance** is how far a baseline that shares no code may differ. \`npm run parity\` makes that baseline anew (Python's standard library and
  NumPy, in exact fractions) and compares; the tests do so as well, and hold rates over counters against a real Prometheus.
`

const UNIT_WORDS: Record<MetricUnit, string> = {
  count: 'count',
  per_second: '1/s',
  ratio: 'ratio 0..1',
  pct: '%',
  ms: 'ms',
  s: 's',
  h: 'h',
  bytes: 'bytes',
  bytes_per_h: 'bytes/h',
  score: 'score 0..1',
  factor: 'factor',
  condition: 'true or false',
}

export function renderMetricsPage(): string {
  const families = Object.entries(METRIC_FAMILIES).map(([family, title]) => familyText(family, title))
  return [PREFACE, ...families, formText()].join('\n')
}

function familyText(family: string, title: string): string {
  const rows = Object.entries<MetricSpec>(METRICS)
    .filter(([id]) => id.startsWith(`${family}.`))
    .map(([id, spec]) => rowText(id, spec))
  return `## ${title}

| id | title | unit | how it is computed | from | places | empty | tolerance |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`
}

function rowText(id: string, { title, unit, formula, inputs, places, empty, tolerance }: MetricSpec): string {
  const from = inputs.map((input) => `\`${input}\``).join(', ')
  const digits = unit === 'condition' ? '' : `${places}`
  return `| \`${id}\` | ${title} | ${UNIT_WORDS[unit]} | ${formula} | ${from} | ${digits} | ${empty ?? '—'} | ${toleranceText(tolerance)} |`
}

function toleranceText(tolerance: Tolerance): string {
  return typeof tolerance === 'number' ? `${tolerance}` : `${tolerance.relative} of the value`
}

/** The outside names, with what holds where a file does not say. */
const CONFIG_PRESETS: [field: string, value: number][] = [
  ['slow_ms', preset.slowMs],
  ['apdex_ms', preset.apdexMs],
  ['slo_target', preset.sloTarget],
  ['pool_warning', preset.poolWarning],
  ['pool_critical', preset.poolCritical],
  ['hold_s', preset.holdMs / 1000],
  ['rss_limit_bytes', preset.rssBytesLimit],
  ['policy.cooldown_s', preset.policy.cooldownMs / 1000],
  ['policy.retry_budget', preset.policy.retryBudget],
  ['policy.window_s', preset.policy.windowMs / 1000],
  ['policy.churn_threshold', preset.policy.churnThreshold],
]

function formText(): string {
  const rows = Object.entries(RAW_SECTIONS).map(
    ([section, columns]) =>
      `| \`${section}\` | ${Object.keys(columns)
        .map((name) => `\`${name}\``)
        .join(', ')} |`,
  )
  const presets = CONFIG_PRESETS.map(([field, value]) => `\`${field}\` ${value}`)
  return `## The form \`holdfast.raw/1\`

\`format\` and \`window\` (\`from\`, \`to\`) are required; every section may be missing. Times are milliseconds since the epoch and ascend, equal
ones are legal; the columns of a section have equal lengths. A file that breaks this is refused as a whole, with section, column and index.
\`gaps\` (\`stream\`, \`from\`, \`to\`, \`reason\`) are shown and change no figure. Unknown sections and columns are ignored.

| section | columns |
|---|---|
${rows.join('\n')}

A missing field of \`config\` has this value: ${presets.join(', ')}.

\`latency_ms\` may be null where \`ok\` is false, \`t_completed\` where \`success\` is false; a null \`reason\` is an empty one. The answer of
\`/admin/api/raw/…\` holds the form under \`data\`: \`jq .data page.json | holdfast metrics --input -\`.
`
}

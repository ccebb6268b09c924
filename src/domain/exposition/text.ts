/** The Prometheus text format 0.0.4, as it is written (OB6). What reads it is schemas/metrics-text.ts. */
import { invariant } from '../invariant.ts'

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export interface MetricFamily {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  /** None: nothing is known at the moment, which is another thing than 0 (FC4). */
  readonly samples: readonly Sample[]
}

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

const NAME = /^[a-z][a-z\d_]*$/

export function expositionText(families: readonly MetricFamily[]): string {
  return families.map(familyText).join('')
}

function familyText({ name, type, help, samples }: MetricFamily): string {
  invariant(NAME.test(name), 'a metric has a plain name')
  const head = `# HELP ${name} ${escapedHelp(help)}\n# TYPE ${name} ${type}\n`
  return head + samples.map((sample) => `${name}${labelsText(sample)} ${numberText(sample.value)}\n`).join('')
}

function labelsText({ labels = {} }: Sample): string {
  const pairs = Object.entries(labels).map(([name, value]) => {
    invariant(NAME.test(name), 'a label has a plain name')
    return `${name}="${escapedLabel(value)}"`
  })
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escapedHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}

function escapedLabel(text: string): string {
  return escapedHelp(text).replaceAll('"', '\\"')
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}

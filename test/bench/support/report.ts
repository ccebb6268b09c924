/**
 * What a measurement says: one JSON document and one line that a person reads, with each limit and whether it
 * was kept. The exit code is 1 as soon as one was not.
 */
import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { rounded } from './statistics.ts'

export type FigureValue = number | string | boolean | null | readonly string[]
export type Figures = Readonly<Record<string, FigureValue>>

/** At most or at least this; or exactly this, for what is counted or told. */
export type Limit =
  | { readonly atMost: number }
  | { readonly atLeast: number }
  | { readonly exactly: FigureValue }

export class Story {
  readonly #name: string
  readonly #othersPct: number
  readonly #from = performance.now()

  private constructor(name: string, othersPct: number) {
    this.#name = name
    this.#othersPct = othersPct
  }

  /** Looks at the machine first: figures of a busy one are no figures of record. */
  static async open(name: string): Promise<Story> {
    const othersPct = await busyPct(LOOK_MS)
    say(
      `# ${name}: ${availableParallelism()} processors, ${othersPct} % busy with something else before it began`,
    )
    return new Story(name, othersPct)
  }

  measured(measurement: string, figures: Figures, limits: Readonly<Record<string, Limit>> = {}): void {
    const missed = Object.entries(limits).filter(([name, limit]) => !isKept(figures[name] ?? null, limit))
    const passed = missed.length === 0
    const document = {
      story: this.#name,
      measurement,
      passed,
      figures,
      limits,
      missed: missed.map(([name]) => name),
      machine: { busy_before_pct: this.#othersPct, load_1m: rounded(loadavg()[0] ?? 0) },
    }
    say(JSON.stringify(document))
    const mark = Object.keys(limits).length === 0 ? '·' : passed ? '✓' : '✗'
    const words = Object.entries(figures).map(
      ([name, value]) => `${name} ${shown(value)}${limitText(limits[name])}`,
    )
    say(`${mark} ${measurement}: ${words.join(', ')}`)
    if (!passed) process.exitCode = 1
  }

  /** For a peer that cannot be had here: said, and gone on. */
  notMeasured(measurement: string, why: string): void {
    say(JSON.stringify({ story: this.#name, measurement, not_measured: why }))
    say(`- ${measurement}: not measured, ${why}`)
  }

  close(): void {
    say(`# ${this.#name}: ${Math.round((performance.now() - this.#from) / 1000)} s`)
  }
}

const LOOK_MS = 1000

function isKept(value: FigureValue, limit: Limit): boolean {
  if ('exactly' in limit) return JSON.stringify(value) === JSON.stringify(limit.exactly)
  if (typeof value !== 'number') return false
  return 'atMost' in limit ? value <= limit.atMost : value >= limit.atLeast
}

function limitText(limit: Limit | undefined): string {
  if (limit === undefined) return ''
  if ('exactly' in limit) return ` (= ${shown(limit.exactly)})`
  return 'atMost' in limit ? ` (≤ ${limit.atMost})` : ` (≥ ${limit.atLeast})`
}

function shown(value: FigureValue): string {
  return typeof value === 'object' && value !== null ? value.join(' | ') || 'none' : String(value)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function busyPct(lookMs: number): Promise<number> {
  const before = processorTime()
  await pause(lookMs)
  const after = processorTime()
  return Math.round((1 - (after.idle - before.idle) / (after.all - before.all)) * 100)
}

function processorTime(): { idle: number; all: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  const fields = line.split(/\s+/).slice(1).map(Number)
  // Idle, and waiting for a disk.
  return {
    idle: (fields[3] ?? 0) + (fields[4] ?? 0),
    all: fields.slice(0, 8).reduce((sum, part) => sum + part, 0),
  }
}

/** How a run of gates looks while it goes on: on a terminal a table that is drawn anew, elsewhere a line for each. */
import { gateSpec, type GateId } from '#domain/release/gates.ts'
import type { GateProgress } from '#agent/release/run-gates.ts'

const DRAW_MS = 200
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

export interface ProgressView {
  take(progress: GateProgress): void
  close(): void
}

/** `stream`: where diagnostics go; results have standard output for themselves. */
export function progressView(gates: readonly GateId[], stream: NodeJS.WriteStream): ProgressView {
  return stream.isTTY ? new LiveTable(gates, stream) : new PlainLines(stream)
}

class PlainLines implements ProgressView {
  readonly #stream: NodeJS.WriteStream

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  take(progress: GateProgress): void {
    const name = progress.gate.padEnd(20)
    this.#stream.write(progress.kind === 'began' ? `${name} runs\n` : `${name} ${endText(progress)}\n`)
  }

  close(): void {
    // Nothing is drawn any more.
  }
}

class LiveTable implements ProgressView {
  readonly #gates: readonly GateId[]
  readonly #stream: NodeJS.WriteStream
  readonly #states = new Map<GateId, GateProgress & { readonly at: number }>()
  readonly #timer: NodeJS.Timeout
  #frame = 0
  #drawn = 0

  constructor(gates: readonly GateId[], stream: NodeJS.WriteStream) {
    this.#gates = gates
    this.#stream = stream
    this.#timer = setInterval(() => this.#draw(), DRAW_MS)
  }

  take(progress: GateProgress): void {
    this.#states.set(progress.gate, { ...progress, at: performance.now() })
    this.#draw()
  }

  close(): void {
    clearInterval(this.#timer)
    this.#draw()
  }

  #draw(): void {
    this.#frame += 1
    const lines = this.#gates.map((gate) => this.#line(gate))
    const back = this.#drawn === 0 ? '' : `\x1b[${this.#drawn}A`
    this.#stream.write(`${back}${lines.map((line) => `\x1b[2K${line}\n`).join('')}`)
    this.#drawn = lines.length
  }

  #line(gate: GateId): string {
    const state = this.#states.get(gate)
    const name = gate.padEnd(20)
    const line = (mark: string, words: string) =>
      `${mark} ${name} ${words}`.slice(0, Math.max(20, this.#stream.columns - 1))
    if (state === undefined) return line('·', 'waits')
    if (state.kind === 'began') {
      const seconds = Math.round((performance.now() - state.at) / 1000)
      const limit = gateSpec(gate).limitMs / 1000
      return line(SPINNER[this.#frame % SPINNER.length] ?? '·', `runs, ${seconds} s of ${limit} s`)
    }
    return line(state.evidence.outcome === 'passed' ? '✓' : '✗', endText(state))
  }
}

function endText({ evidence }: Extract<GateProgress, { kind: 'ended' }>): string {
  const { outcome, duration_ms: took, findings } = evidence
  const why = outcome === 'passed' ? '' : `: ${findings[0]?.message ?? 'it says no more'}`
  const words = { passed: 'passed', failed: 'failed', not_run: 'not run' }[outcome]
  return `${words} in ${(took / 1000).toFixed(1)} s${why}`
}

/** A real Prometheus on loopback, filled with samples of the past, that answers one query at a time. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freeTcpPort } from '#agent/start/free-port.ts'
import { until } from '../support/until.ts'

export interface Series {
  readonly name: string
  readonly samples: readonly (readonly [t: number, value: number])[]
}

export class Prometheus {
  readonly #directory: string
  readonly #process: ChildProcess
  readonly #origin: string

  private constructor(directory: string, process: ChildProcess, origin: string) {
    this.#directory = directory
    this.#process = process
    this.#origin = origin
  }

  static async startWith(series: readonly Series[]): Promise<Prometheus> {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-prometheus-'))
    const data = join(directory, 'data')
    backfill(series, directory, data)
    const config = join(directory, 'prometheus.yml')
    writeFileSync(config, 'global: {}\n')
    const address = `127.0.0.1:${await freeTcpPort()}`
    const child = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${data}`,
        // What is backfilled lies in the past: a preset retention would delete it at the start.
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=${address}`,
        '--log.level=error',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    const started = new Prometheus(directory, child, `http://${address}`)
    try {
      await until('Prometheus is ready', () => started.#isReady(), 20_000)
    } catch (error) {
      await started.stop()
      throw error
    }
    return started
  }

  /** The one value of an instant query. */
  async query(expression: string, atMs: number): Promise<number> {
    const parameters = new URLSearchParams({ query: expression, time: `${atMs / 1000}` })
    const answer = await fetch(`${this.#origin}/api/v1/query?${parameters}`)
    const { data, error } = (await answer.json()) as {
      error?: string
      data?: { result: { value: [number, string] }[] }
    }
    const value = data?.result[0]?.value[1]
    if (value === undefined) throw new Error(`${expression}: ${error ?? 'no value'}`)
    return Number(value)
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGTERM')
      await once(this.#process, 'exit')
    }
    rmSync(this.#directory, { recursive: true, force: true })
  }

  async #isReady(): Promise<boolean> {
    if (this.#process.exitCode !== null) throw new Error(`Prometheus ended with ${this.#process.exitCode}`)
    try {
      return (await fetch(`${this.#origin}/-/ready`)).ok
    } catch {
      return false // it does not listen yet
    }
  }
}

function backfill(series: readonly Series[], directory: string, data: string): void {
  const file = join(directory, 'samples.om')
  const lines = series.flatMap(({ name, samples }) => [
    `# TYPE ${name.replace(/_total$/, '')} ${name.endsWith('_total') ? 'counter' : 'gauge'}`,
    ...samples.map(([t, value]) => `${name} ${value} ${t / 1000}`),
  ])
  writeFileSync(file, `${lines.join('\n')}\n# EOF\n`)
  const run = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, data], {
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(`promtool: ${run.stderr}${run.error ?? ''}`)
}

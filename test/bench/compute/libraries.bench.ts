/**
 * The same figures by libraries: simple-statistics over plain columns, DuckDB's WASM build by one SQL statement over a
 * table that it holds already. They come for the run alone, by npm at a pinned version, into a directory of its own; one
 * that cannot be had is named with the reason. What each answers is compared with ours before it is timed.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { DEFAULT_METRICS_CONFIG as CONFIG } from '#domain/metrics/config.ts'
import { BUCKETS, medianMs, MILLION, ours } from '../support/compute.ts'
import { requestsOf } from '../support/requests.ts'
import { Story } from '../support/report.ts'
import { rounded } from '../support/statistics.ts'

const SIMPLE_STATISTICS = 'simple-statistics@7.12.1'
const DUCKDB = '@duckdb/duckdb-wasm@1.32.0'
const INSTALL_LIMIT_MS = 180_000

/** A bucket begins at the first whole row of it, as ours do. */
const STATEMENT = `
  SELECT floor((t + 0.5) * ${BUCKETS} / ${MILLION}) AS bucket, count(*) AS count, sum((status >= 500)::INT) AS failed,
    quantile_cont(duration, [0.5, 0.95, 0.99]) AS quantiles, max(duration) AS longest,
    avg((duration > 1000)::INT) AS slow,
    sum(CASE WHEN status < 500 AND duration <= 500 THEN 1.0 WHEN status < 500 AND duration <= 2000 THEN 0.5 ELSE 0 END)
      / count(*) AS apdex
  FROM requests GROUP BY bucket ORDER BY bucket`

/** Of one bucket: count, failed, p50, p95, p99, longest, share of slow ones, Apdex. */
type Figures = readonly number[]
/** Ours are rounded, each as its metric says. */
const ROUNDED_TO = [1, 1, 0.01, 0.01, 0.01, 0.01, 0.0001, 0.001]
type Library = (installed: NodeJS.Require) => Promise<() => Figures[]>

const story = await Story.open('libraries')
const columns = requestsOf({ count: MILLION, perMs: 1, seed: 1 })
const known = ours(columns).map((figures) => [
  figures['request.count'] ?? 0,
  Math.round((figures['request.error_ratio'] ?? 0) * (figures['request.count'] ?? 0)),
  figures['request.p50_ms'] ?? 0,
  figures['request.p95_ms'] ?? 0,
  figures['request.p99_ms'] ?? 0,
  figures['request.max_ms'] ?? 0,
  figures['request.slow_ratio'] ?? 0,
  figures['request.apdex'] ?? 0,
])
const place = mkdtempSync(join(tmpdir(), 'holdfast-libraries-'))
const oursMs = medianMs(21, () => ours(columns))
const tookMs: number[] = []
await against(SIMPLE_STATISTICS, simpleStatistics)
await against(DUCKDB, duckdb)
if (tookMs.length > 0) {
  const best = Math.min(...tookMs)
  story.measured(
    `${MILLION} requests in ${BUCKETS} buckets: ours beside the best of them`,
    { ours_ms: rounded(oursMs), best_ms: rounded(best), times_faster: rounded(best / oursMs) },
    { times_faster: { atLeast: 8 } },
  )
}
rmSync(place, { recursive: true, force: true })
story.close()

async function against(name: string, library: Library): Promise<void> {
  try {
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-save']
    await promisify(execFile)('npm', ['install', '--prefix', place, ...quiet, name], {
      timeout: INSTALL_LIMIT_MS,
    })
  } catch (error) {
    story.notMeasured(name, `it cannot be had (${String((error as NodeJS.ErrnoException).code)})`)
    return
  }
  const figures = await library(createRequire(join(place, 'package.json')))
  const differing = figures().filter((bucket, index) => !isAlike(bucket, known[index] ?? []))
  const ms = medianMs(5, figures)
  tookMs.push(ms)
  story.measured(
    `${name}: the same in`,
    { ms: rounded(ms), times_ours: rounded(ms / oursMs), buckets_that_differ: differing.length },
    { buckets_that_differ: { exactly: 0 } },
  )
}

function isAlike(one: Figures, other: Figures): boolean {
  return ROUNDED_TO.every((step, at) => Math.abs((one[at] ?? NaN) - (other[at] ?? NaN)) < step)
}

async function simpleStatistics(installed: NodeJS.Require): Promise<() => Figures[]> {
  const { quantile, max } = installed('simple-statistics') as {
    quantile(values: readonly number[], shares: readonly number[]): number[]
    max(values: readonly number[]): number
  }
  const durations = Array.from(columns.durationMs)
  const statuses = Array.from(columns.status)
  const bucketOf = (index: number) => Math.round((index * MILLION) / BUCKETS)
  return () =>
    Array.from({ length: BUCKETS }, (_, index) => {
      const [from, to] = [bucketOf(index), bucketOf(index + 1)]
      const some = durations.slice(from, to)
      const states = statuses.slice(from, to)
      const failed = states.filter((status) => status >= 500).length
      const slow = some.filter((duration) => duration > CONFIG.slowMs).length / some.length
      const served = some.filter((_, at) => (states[at] ?? 0) < 500)
      const upTo = (limitMs: number) => served.filter((duration) => duration <= limitMs).length
      const apdex = (upTo(CONFIG.apdexMs) + upTo(4 * CONFIG.apdexMs)) / 2 / some.length
      return [some.length, failed, ...quantile(some, [0.5, 0.95, 0.99]), max(some), slow, apdex]
    })
}

async function duckdb(installed: NodeJS.Require): Promise<() => Figures[]> {
  const home = dirname(installed.resolve('@duckdb/duckdb-wasm/dist/duckdb-eh.wasm'))
  const library = installed('@duckdb/duckdb-wasm/dist/duckdb-node-blocking.cjs') as DuckDbLibrary
  const { tableFromArrays } = installed('apache-arrow') as { tableFromArrays(columns: object): unknown }
  const bundle = (kind: string) => ({ mainModule: join(home, `duckdb-${kind}.wasm`), mainWorker: '' })
  const bundles = { mvp: bundle('mvp'), eh: bundle('eh') }
  const database = await library.createDuckDB(bundles, new library.VoidLogger(), library.NODE_RUNTIME)
  await database.instantiate(() => {})
  const connection = database.connect()
  const { t, durationMs: duration, status } = columns
  connection.insertArrowTable(tableFromArrays({ t, duration, status }), { name: 'requests' })
  return () =>
    connection
      .query(STATEMENT)
      .toArray()
      .map(({ count, failed, quantiles, longest, slow, apdex }) => {
        return [Number(count), Number(failed), ...Array.from(quantiles), longest, slow, apdex]
      })
}

interface DuckDbRow {
  readonly count: bigint
  readonly failed: number
  readonly quantiles: ArrayLike<number>
  readonly longest: number
  readonly slow: number
  readonly apdex: number
}

interface DuckDbLibrary {
  readonly VoidLogger: new () => object
  readonly NODE_RUNTIME: object
  createDuckDB(
    bundles: object,
    logger: object,
    runtime: object,
  ): Promise<{
    instantiate(progress: () => void): Promise<unknown>
    connect(): {
      insertArrowTable(table: unknown, options: { name: string }): void
      query(statement: string): { toArray(): DuckDbRow[] }
    }
  }>
}

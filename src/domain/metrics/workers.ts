/** The process metrics of each worker by itself: the same formulas, on the rows of one pid. */
import { type MetricsWindow, type ProcessColumns, spanIn } from '#domain/metrics/columns.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import { measureProcesses, type ProcessMetrics } from '#domain/metrics/processes.ts'

export interface WorkerFigures {
  readonly pid: number
  readonly metrics: ProcessMetrics
}

/**
 * The workers of the last reading, by pid. The limit of the contract is the whole service's: each is measured
 * against an even share of it (`shareOfLimit`).
 */
export function measureWorkers(
  columns: ProcessColumns,
  window: MetricsWindow,
  config: MetricsConfig,
): WorkerFigures[] {
  const rows = rowsByPid(columns, window)
  const alive = [...rows.keys()].toSorted((one, other) => one - other)
  const limited = { ...config, rssBytesLimit: shareOfLimit(config, alive.length) }
  return alive.map((pid) => ({
    pid,
    metrics: measureProcesses(rows.get(pid) as ProcessColumns, window, limited),
  }))
}

export function shareOfLimit({ rssBytesLimit }: MetricsConfig, workers: number): number {
  return rssBytesLimit / Math.max(1, workers)
}

interface Rows {
  readonly t: number[]
  readonly pid: number[]
  readonly rssBytes: number[]
}

/** In one pass; only of those that the last reading holds. */
function rowsByPid({ t, pid, rssBytes }: ProcessColumns, window: MetricsWindow): Map<number, Rows> {
  const { start, end } = spanIn(t, window)
  const rows = new Map<number, Rows>()
  for (let i = end - 1; i >= start && t[i] === t[end - 1]; i -= 1) {
    rows.set(pid[i] as number, { t: [], pid: [], rssBytes: [] })
  }
  for (let i = start; i < end; i += 1) {
    const own = rows.get(pid[i] as number)
    own?.t.push(t[i] as number)
    own?.pid.push(pid[i] as number)
    own?.rssBytes.push(rssBytes[i] as number)
  }
  return rows
}

/**
 * The raw samples of a window as one `holdfast.raw/1` document (METRICS): what `holdfast metrics` reads. Written in
 * pieces: a full hour is some 30 MB, and the agent has a probe to take meanwhile.
 */
import { setImmediate as breathe } from 'node:timers/promises'
import type { ConfigValues } from '#domain/config/fields.ts'
import type { HistoryItem, JournalState } from '#domain/journal/fold.ts'
import { policyConfigOf } from '#domain/policy/config.ts'
import { historyTime } from '#domain/schemas/state-file.ts'
import { parseTime } from '#domain/time-text.ts'
import type { EpochMs } from '#domain/time.ts'
import type { RawSlice } from '#agent/store/raw-store.ts'

const VALUES_AT_ONCE = 20_000

type Columns = Readonly<Record<string, readonly unknown[] | Float64Array>>

export async function rawDocument(
  raw: RawSlice,
  history: JournalState,
  values: ConfigValues,
): Promise<Buffer> {
  const { requests, pool, probe, window, gaps } = raw
  const sections: Record<string, Columns> = {
    requests,
    pool,
    probe,
    restarts: restartColumns(history),
  }
  const text = JSON.stringify({ format: 'holdfast.raw/1', window, gaps, config: configOf(values) })
  const parts: string[] = [text.slice(0, -1)]
  for (const [name, columns] of Object.entries(sections)) {
    parts.push(`,\n${JSON.stringify(name)}:{`)
    for (const [index, [column, cells]] of Object.entries(columns).entries()) {
      parts.push(`${index === 0 ? '' : ','}\n${JSON.stringify(column)}:[`)
      for (let from = 0; from < cells.length; from += VALUES_AT_ONCE) {
        const piece = JSON.stringify(Array.from(cells.slice(from, from + VALUES_AT_ONCE))).slice(1, -1)
        parts.push(from === 0 ? piece : `,${piece}`)
        await breathe()
      }
      parts.push(']')
    }
    parts.push('}')
  }
  parts.push('}\n')
  return Buffer.concat(parts.map((part) => Buffer.from(part)))
}

function configOf(values: ConfigValues): object {
  const { cooldownMs, retryBudget, windowMs, churnThreshold } = policyConfigOf(values)
  return {
    pool_warning: values['pool.warning'],
    pool_critical: values['pool.critical'],
    policy: {
      cooldown_s: cooldownMs / 1000,
      retry_budget: retryBudget,
      window_s: windowMs / 1000,
      churn_threshold: churnThreshold,
    },
  }
}

interface Restart {
  t: EpochMs
  completed: EpochMs | null
  success: boolean
}

/** Attempts, whenever they were: the metrics of restarts look back beyond the window. */
function restartColumns({ history }: JournalState): Columns {
  const attempts = history.flatMap(restartOf).toSorted((one, other) => one.t - other.t)
  return {
    t_requested: attempts.map(({ t }) => t),
    t_completed: attempts.map(({ completed }) => completed),
    success: attempts.map(({ success }) => success),
  }
}

function restartOf(item: HistoryItem): Restart[] {
  if (item.kind === 'attempt') {
    const { at, outcome } = item
    if (outcome === null) return [{ t: at.wall, completed: null, success: false }]
    // How long it took is the monotonic clock's to say: the wall may have been set in between (WD11).
    const isOneBoot = outcome.at.boot === at.boot
    const took = isOneBoot ? outcome.at.monotonic - at.monotonic : outcome.at.wall - at.wall
    return [{ t: at.wall, completed: at.wall + Math.max(0, took), success: outcome.success }]
  }
  if (item.kind !== 'imported' || item.counts !== 'attempt') return []
  const t = parseTime(historyTime(item.entry) ?? '', () => 0)
  const completed = parseTime(item.entry.completed_at ?? '', () => 0)
  if (t === null) return []
  return [
    {
      t,
      completed: completed === null ? null : Math.max(t, completed),
      success: item.entry.success !== false,
    },
  ]
}

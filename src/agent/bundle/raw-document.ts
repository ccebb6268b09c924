/**
 * The raw samples of a window as one `holdfast.raw/1` document (METRICS): what `holdfast metrics` reads. Written in
 * pieces: a full hour is some 30 MB, and the agent has a probe to take meanwhile.
 */
import { setImmediate as breathe } from 'node:timers/promises'
import type { ConfigValues } from '#domain/config/fields.ts'
import { policyConfigOf } from '#domain/policy/config.ts'
import type { RawSlice } from '#agent/store/raw-store.ts'

const VALUES_AT_ONCE = 20_000

export async function rawDocument(
  { window, gaps, streams }: RawSlice,
  values: ConfigValues,
): Promise<Buffer> {
  const text = JSON.stringify({ format: 'holdfast.raw/1', window, gaps, config: configOf(values) })
  const parts: string[] = [text.slice(0, -1)]
  for (const [name, columns] of Object.entries(streams)) {
    parts.push(`,\n${JSON.stringify(name)}:{`)
    for (const [index, [column, cells]] of columnsOf(columns).entries()) {
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

function columnsOf(columns: object): [string, readonly unknown[] | Float64Array][] {
  return Object.entries(columns)
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

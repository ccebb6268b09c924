/**
 * The whole watchdog in simulated worlds: seeds that are always the same, and a few that nobody has seen before.
 * docs/simulation.md tells what is simulated; `npm run sim` runs a thousand of them.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { findMutant } from './find-mutant.ts'
import { mutated } from './mutant.ts'
import { MUTATIONS } from './mutations.ts'
import type { Mutation } from './mutations/mutation.ts'
import { runSeed, type SeedReport } from './run-seed.ts'

const STEPS = 4_000
const FIXED_SEEDS = 40
const FRESH_SEEDS = 6

test('WD3 to WD18: no promise is broken in the worlds that are always the same, and all that matters happens in them', async () => {
  const marks = new Set<string>()
  for (let seed = 1; seed <= FIXED_SEEDS; seed++) {
    const report = await runSeed(seed, STEPS)
    expect(failureOf(report)).toBe('')
    for (const mark of report.marks.keys()) marks.add(mark)
  }
  expect(MUST_HAPPEN.filter((mark) => !marks.has(mark))).toEqual([])
})

test('WD3 to WD18: no promise is broken in worlds that are new each time', async () => {
  const from = 1_000_000 + (Date.now() % 1_000_000_000)
  process.stdout.write(`fresh seeds: ${from} to ${from + FRESH_SEEDS - 1}, ${STEPS} steps each\n`)
  for (let seed = from; seed < from + FRESH_SEEDS; seed++) {
    expect(failureOf(await runSeed(seed, STEPS))).toBe('')
  }
})

test('a seed is replayed step by step', async () => {
  const [one, other] = [await runSeed(7, 2_000), await runSeed(7, 2_000)]
  expect({ ...other, marks: [...other.marks] }).toEqual({ ...one, marks: [...one.marks] })
})

/** One of each kind: a gate of the policy, the write-ahead rule, the identity of a process. */
test.each(['gate: guarded, manual', 'intent before signal', 'command line'])(
  'a watchdog without its guard “%s” is found out',
  async (name) => {
    const found = await findMutant(guardNamed(name), { from: 1, seeds: 60, steps: STEPS })
    expect(found?.invariant).toBeTypeOf('string')
  },
)

test.each(MUTATIONS)('the guard “$guard” is where the table of mutations says', (mutation) => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  expect(mutated(readFileSync(`${root}${mutation.file}`, 'utf8'), mutation)).toContain(mutation.to)
})

function guardNamed(name: string): Mutation {
  const mutation = MUTATIONS.find(({ guard }) => guard === name)
  if (mutation === undefined) throw new Error(`no guard is called ${name}`)
  return mutation
}

function failureOf({ seed, violation, trace }: SeedReport): string {
  if (violation === null) return ''
  const { invariant, step, detail } = violation
  const replay = `npm run sim -- --seed ${seed} --steps ${STEPS}`
  return [`seed ${seed} breaks “${invariant}” at step ${step}: ${detail}`, ...trace, replay].join('\n')
}

const MUST_HAPPEN = [
  'SIGHUP',
  'SIGTTIN',
  'SIGTTOU',
  'guard_latched: churn',
  'guard_latched: worker_boot_loop',
  'guard_latched: state_unreadable',
  'guard_released',
  'external_restart',
  'history_imported',
  'request_refused: guarded_mode_blocked',
  'request_ended: request_expired',
  'flag_rejected: malformed',
  'outcome: signal_sighup',
  'outcome: workers_rolled',
  'outcome: restart_timeout',
  'outcome: pid_identity_mismatch',
  'killed before journal.append',
  'killed in journal.append',
  'killed after journal.append',
  'without power after journal.append',
  'torn_row_cut_off',
  'power_failure',
  'second_watchdog_refused',
  'number_reused',
  'number_reused_before_signal',
  'master_replaced_under_its_number',
  'upgrade',
  'boot_loop',
  'flood',
  'forged_override',
  'operator_override',
  'wall_clock_set',
  'suspended',
  'disk_full',
  'lies',
]

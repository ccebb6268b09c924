/** `npm run sim -- --mutations`: the table of docs/simulation.md, made anew. Fails where a mutant survives. */
import { availableParallelism } from 'node:os'
import { findMutant, type Found } from './find-mutant.ts'
import { MUTATIONS } from './mutations.ts'
import type { Mutation } from './mutations/mutation.ts'

const [seeds, steps, ...names] = process.argv.slice(2)
const LIMITS = { from: 1, seeds: Number(seeds), steps: Number(steps) }

const chosen = MUTATIONS.filter(
  ({ guard }) => names.length === 0 || names.some((name) => guard.includes(name)),
)
const queue = [...chosen]
const found = new Map<Mutation, Found | null>()

await Promise.all(Array.from({ length: availableParallelism() }, work))
process.stdout.write(`\n${tableOf()}\n`)
const survivors = chosen.filter(
  (mutation) => mutation.equivalent === undefined && found.get(mutation) === null,
)
process.stdout.write(`${chosen.length} guards, ${survivors.length} survived without being missed\n`)
process.exitCode = survivors.length === 0 ? 0 : 1

async function work(): Promise<void> {
  for (let mutation = queue.shift(); mutation !== undefined; mutation = queue.shift()) {
    if (mutation.equivalent !== undefined) continue
    const result = await findMutant(mutation, LIMITS)
    found.set(mutation, result)
    process.stderr.write(
      `${mutation.guard}: ${result === null ? 'SURVIVED' : `${result.invariant}, seed ${result.seed}: ${result.detail.slice(0, 120)}`}\n`,
    )
  }
}

function tableOf(): string {
  const rows = chosen.map((mutation) => {
    const result = found.get(mutation) ?? null
    const cells =
      result === null
        ? [mutation.equivalent === undefined ? 'survived' : `none: ${mutation.equivalent}`, '', '']
        : [result.invariant, String(result.seed), String(result.step)]
    return `| ${mutation.guard} | \`${mutation.file}\` | ${cells.join(' | ')} |`
  })
  return ['| guard that is removed | in | found by | seed | step |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  )
}

/** `npm run sim -- --mutations`: renews the rows of docs/simulation.md. Fails where a mutant survives. */
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { findMutant } from './find-mutant.ts'
import { resultOf, withResults } from './mutation-table.ts'
import { MUTATIONS } from './mutations.ts'
import type { Mutation } from './mutations/mutation.ts'

const DOCUMENT = fileURLToPath(new URL('../../docs/simulation.md', import.meta.url))

const [seeds, steps, ...names] = process.argv.slice(2)
const LIMITS = { from: 1, seeds: Number(seeds), steps: Number(steps) }

const chosen = MUTATIONS.filter(
  ({ guard }) => names.length === 0 || names.some((name) => guard.includes(name)),
)
const queue = [...chosen]
const survivors: string[] = []

await Promise.all(Array.from({ length: availableParallelism() }, work))
process.stdout.write(`${chosen.length} guards, ${survivors.length} survived without being missed\n`)
process.exitCode = survivors.length === 0 ? 0 : 1

async function work(): Promise<void> {
  for (let mutation = queue.shift(); mutation !== undefined; mutation = queue.shift()) await search(mutation)
}

/** Written at once: whoever ends a long search early keeps what it found. */
async function search(mutation: Mutation): Promise<void> {
  const isSearched = mutation.equivalent === undefined
  const found = isSearched ? await findMutant(mutation, LIMITS) : null
  if (isSearched && found === null) survivors.push(mutation.guard)
  const result = resultOf(mutation, found, LIMITS.seeds)
  writeFileSync(DOCUMENT, withResults(readFileSync(DOCUMENT, 'utf8'), new Map([[mutation, result]])))
  process.stdout.write(`${mutation.guard}: ${result} | ${found?.detail.slice(0, 120) ?? ''}\n`)
}

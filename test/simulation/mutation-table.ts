/** The table of docs/simulation.md: which guard is missed when it is gone, and by which seed. */
import type { Found } from './find-mutant.ts'
import { MUTATIONS } from './mutations.ts'
import type { Mutation } from './mutations/mutation.ts'

const HEAD = '| guard that is removed | in | found by | seed | step |\n|---|---|---|---|---|\n'
const ROW = /^\| (.+) \| `(.+)` \| (.+ \| \d* \| \d*) \|\n/gm

export interface Row {
  readonly guard: string
  readonly file: string
  readonly result: string
}

/** What a search of so many worlds came to. */
export function resultOf({ equivalent }: Mutation, found: Found | null, worlds: number): string {
  if (equivalent !== undefined) return `none: ${equivalent} |  | `
  if (found === null) return `not found in ${worlds} worlds |  | `
  return `${found.invariant} | ${found.seed} | ${found.step}`
}

/** The document's rows, in its order. */
export function rowsOf(document: string): Row[] {
  const rows = document.slice(startOf(document)).matchAll(ROW)
  return [...rows].map(([, guard = '', file = '', result = '']) => ({ guard, file, result }))
}

/** A row for each guard there is, in their order; one that was not searched this time keeps what it says. */
export function withResults(document: string, results: ReadonlyMap<Mutation, string>): string {
  const before = rowsOf(document)
  const rows = MUTATIONS.map((mutation) => {
    const { guard, file } = mutation
    const said = before.find((row) => row.guard === guard)?.result ?? 'not searched yet |  | '
    return `| ${guard} | \`${file}\` | ${results.get(mutation) ?? said} |\n`
  })
  const start = startOf(document)
  const rest = document.slice(start).replace(ROW, '')
  return document.slice(0, start) + rows.join('') + rest
}

function startOf(document: string): number {
  const at = document.indexOf(HEAD)
  if (at < 0) throw new Error('the document has no table of guards')
  return at + HEAD.length
}

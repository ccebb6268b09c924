import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { rowsOf } from '../simulation/mutation-table.ts'
import { MUTATIONS } from '../simulation/mutations.ts'

const rows = rowsOf(readFileSync(fileURLToPath(new URL('../../docs/simulation.md', import.meta.url)), 'utf8'))

test('docs/simulation.md lists each guard with its file, in order, and no other', () => {
  expect(rows.map(({ guard, file }) => [guard, file])).toEqual(
    MUTATIONS.map(({ guard, file }) => [guard, file]),
  )
})

test('docs/simulation.md tells of a guard that none can miss why, and of no other', () => {
  const told = rows.flatMap(({ guard, result }) => (result.startsWith('none: ') ? [[guard, result]] : []))
  const reasons = MUTATIONS.flatMap(({ guard, equivalent }) =>
    equivalent === undefined ? [] : [[guard, `none: ${equivalent} |  | `]],
  )
  expect(told).toEqual(reasons)
})

test('docs/simulation.md has a search behind each row', () => {
  expect(rows.filter(({ result }) => result.startsWith('not searched'))).toEqual([])
})

import { expect, test } from 'vitest'
import { suggestion } from '#domain/suggest.ts'

test.each([
  ['port', ['port', 'host'], 'port'],
  ['prot', ['port', 'host'], 'port'],
  ['HOLDFAST_PRT', ['HOLDFAST_PORT', 'HOLDFAST_HOST'], 'HOLDFAST_PORT'],
  ['config prnt', ['config print', 'policy explain'], 'config print'],
  ['xyzzy', ['port', 'host'], null],
  ['', ['port'], null],
  ['port', [], null],
])('the nearest known name to %j is %j', (typed, known, expected) => {
  expect(suggestion(typed, known)).toBe(expected)
})

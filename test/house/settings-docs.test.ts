import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { FIELDS } from '#domain/config/fields.ts'
import contract from '../../deploy/runtime-contract.json' with { type: 'json' }

const operations = readFileSync(fileURLToPath(new URL('../../docs/operations.md', import.meta.url)), 'utf8')

test('docs/operations.md lists each setting with its variable, in order, and no other', () => {
  const listed = [...operations.matchAll(/^\| `([a-z\d_.]+)` \| `([A-Z\d_]+)` \|/gm)].map(([, key, env]) => [
    key,
    env,
  ])
  expect(listed).toEqual(Object.entries(FIELDS).map(([key, { env }]) => [key, env]))
})

test('RC6 docs/operations.md names the version of the runtime contract that is shipped', () => {
  expect(operations).toContain(`version ${contract.version}`)
})

/** Each kind of event has its words, and the documentation names each and no other (AU1). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { AUDIT_ACTIONS } from '#domain/audit/actions.ts'
import { journalEvent } from '#domain/journal/events.ts'

const operations = readFileSync(
  join(fileURLToPath(new URL('../..', import.meta.url)), 'docs/operations.md'),
  'utf8',
)

test('AU1 each kind of event has words for the audit trail, and no word is without its event', () => {
  const kinds = journalEvent._zod.def.options.flatMap(({ _zod }) => [..._zod.def.shape.type._zod.def.values])
  expect(Object.keys(AUDIT_ACTIONS).toSorted()).toEqual(kinds.map(String).toSorted())
})

test('AU1 docs/operations.md lists each kind of event with its words, and no other', () => {
  const section = operations.slice(
    operations.indexOf('## The audit trail'),
    operations.indexOf('## Problems'),
  )
  const listed = [...section.matchAll(/^\| `(\w+)` \| (.+?) \|/gm)].map(([, kind, words]) => [kind, words])
  expect(listed).toEqual(Object.entries(AUDIT_ACTIONS))
})

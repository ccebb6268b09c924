/**
 * `npm run render`: writes the JSON Schemas that are committed beside what they describe. A test fails when
 * they are older than the code.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as z from 'zod/mini'
import { runtimeContract } from '../src/domain/schemas/runtime-contract.ts'

export const RENDERED = [
  {
    file: 'deploy/runtime-contract.schema.json',
    title: 'Holdfast runtime contract',
    schema: runtimeContract,
  },
] as const

export function renderSchema({ title, schema }: (typeof RENDERED)[number]): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2)}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const entry of RENDERED) {
    writeFileSync(fileURLToPath(new URL(`../${entry.file}`, import.meta.url)), renderSchema(entry))
  }
}

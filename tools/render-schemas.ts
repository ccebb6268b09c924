/**
 * `npm run render`: writes what is committed and made from something else: JSON Schemas from the code that
 * validates, deployment files from the runtime contract, the page of metrics from theirs. A test fails when one of them is
 * older than its source.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as z from 'zod/mini'
import { OPERATIONS_PAGE, withContractTable } from '../src/domain/contract/docs-table.ts'
import { RENDERED_FILES } from '../src/domain/contract/rendered-files.ts'
import { runtimeContract, type RuntimeContract } from '../src/domain/schemas/runtime-contract.ts'
import { openApiText } from '../src/agent/api/openapi/document.ts'
import { digestText, OPENAPI_DIGEST_FILE, OPENAPI_FILE } from './openapi-digest.ts'
import { IMAGE_CONTRACT_FILE, renderImageContract } from './render-image-contract.ts'
import { renderMetricsPage } from './render-metrics.ts'

interface Rendered {
  readonly file: string
  readonly text: () => string
}

export const RENDERED: readonly Rendered[] = [
  {
    file: 'deploy/runtime-contract.schema.json',
    text: () => schemaText('Holdfast runtime contract', runtimeContract),
  },
  ...RENDERED_FILES.map(({ file, text }) => ({ file, text: () => text(shippedContract()) })),
  { file: OPERATIONS_PAGE, text: operationsPage },
  { file: 'docs/metrics.md', text: renderMetricsPage },
  {
    file: IMAGE_CONTRACT_FILE,
    text: () =>
      renderImageContract(readFileSync(pathOf(IMAGE_CONTRACT_FILE), 'utf8'), shippedContract().version),
  },
  { file: OPENAPI_FILE, text: openApiText },
  {
    file: OPENAPI_DIGEST_FILE,
    text: () => digestText(openApiText(), readFileSync(pathOf(OPENAPI_DIGEST_FILE), 'utf8')),
  },
]

function schemaText(title: string, schema: z.core.$ZodType): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2)}\n`
}

function operationsPage(): string {
  const text = withContractTable(readFileSync(pathOf(OPERATIONS_PAGE), 'utf8'), shippedContract())
  if (text === null) throw new Error(`${OPERATIONS_PAGE} has no place for the contract's table`)
  return text
}

function shippedContract(): RuntimeContract {
  return z.parse(runtimeContract, JSON.parse(readFileSync(pathOf('deploy/runtime-contract.json'), 'utf8')))
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(`../${file}`, import.meta.url))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rendered = RENDERED.map(({ file, text }) => ({ file, content: text() }))
  for (const { file, content } of rendered) writeFileSync(pathOf(file), content)
}

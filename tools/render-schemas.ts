/**
 * `npm run render`: writes what is committed and made from something else: JSON Schemas from the code that
 * validates, deployment files from the runtime contract, the page of metrics from theirs. A test fails when one of them is
 * older than its source.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as z from 'zod/mini'
import { RENDERED_FILES } from '../src/domain/contract/rendered-files.ts'
import { runtimeContract, type RuntimeContract } from '../src/domain/schemas/runtime-contract.ts'
import { openApiText } from '../src/agent/api/openapi/document.ts'
import { withBlocks } from './doc-blocks.ts'
import { digestText, OPENAPI_DIGEST_FILE, OPENAPI_FILE } from './openapi-digest.ts'
import { renderMetricsPage } from './render-metrics.ts'
import { renderAnswerShapes, renderServedShape } from './render-shape.ts'

interface Rendered {
  readonly file: string
  readonly text: () => string
}

/** Written by hand, but for the blocks that are made. */
const WITH_BLOCKS = [
  'README.md',
  'docs/architecture.md',
  'docs/operations.md',
  'docs/runbook.md',
  'docs/deployable-runtime-contract.md',
]

export const RENDERED: readonly Rendered[] = [
  {
    file: 'deploy/runtime-contract.schema.json',
    text: () => schemaText('Holdfast runtime contract', runtimeContract),
  },
  ...RENDERED_FILES.map(({ file, text }) => ({ file, text: () => text(shippedContract()) })),
  { file: 'docs/metrics.md', text: renderMetricsPage },
  { file: 'src/web/api/served-shape.json', text: renderServedShape },
  { file: 'src/web/api/answer-shapes.json', text: renderAnswerShapes },
  ...WITH_BLOCKS.map((file) => ({ file, text: () => withBlocks(readFileSync(pathOf(file), 'utf8')) })),
  { file: OPENAPI_FILE, text: openApiText },
  {
    file: OPENAPI_DIGEST_FILE,
    text: () => digestText(openApiText(), readFileSync(pathOf(OPENAPI_DIGEST_FILE), 'utf8')),
  },
]

function schemaText(title: string, schema: z.core.$ZodType): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2)}\n`
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

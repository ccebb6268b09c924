/**
 * Blocks of the hand-written documents that are made from what they describe, between `<!-- made: NAME -->` and
 * `<!-- /made -->`. `npm run render` writes them; the documentation gate and a test fail on one that is older than its source.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as z from 'zod/mini'
import { contractTable } from '../src/domain/contract/docs-table.ts'
import { GATE_IDS, gateSpec } from '../src/domain/release/gates.ts'
import { STEP_WORDS } from '../src/domain/release/rehearsal.ts'
import { RECOMMENDED_STEPS } from '../src/domain/policy/words.ts'
import { runtimeContract, type RuntimeContract } from '../src/domain/schemas/runtime-contract.ts'
import { IMAGE_BLOCKS } from './image-blocks.ts'

export const BLOCKS: Readonly<Record<string, () => string>> = {
  'runtime-contract': () => contractTable(contract()),
  'single-port': () =>
    `The target listens on one port, \`${contract().bind}\`, by the runtime contract ${contract().version}.`,
  'module-layout': layoutBlock,
  gates: gatesBlock,
  'rehearsal-steps': () =>
    Object.values(STEP_WORDS)
      .map((words, at) => `${at + 1}. ${words}`)
      .join('\n'),
  'resilience-diagnostics': diagnosticsBlock,
  'image-version': () =>
    `For version ${contract().version} of the [runtime contract](../deploy/runtime-contract.json).`,
  ...IMAGE_BLOCKS,
}

export const BLOCK = /<!-- made: ([\w-]+) -->\n([\s\S]*?)\n?<!-- \/made -->/g

/** The text with every block made anew; one that nobody knows stays, for the gate to tell of. */
export function withBlocks(text: string): string {
  return text.replaceAll(BLOCK, (whole, name: string) => {
    const make = BLOCKS[name]
    return make === undefined ? whole : `<!-- made: ${name} -->\n${make()}\n<!-- /made -->`
  })
}

function contract(): RuntimeContract {
  const path = fileURLToPath(new URL('../deploy/runtime-contract.json', import.meta.url))
  return z.parse(runtimeContract, JSON.parse(readFileSync(path, 'utf8')))
}

/** One level below each room: where somebody looks first. */
function layoutBlock(): string {
  const rows = ['src/domain', 'src/agent', 'src/web'].map((room) => {
    const places = readdirSync(fileURLToPath(new URL(`../${room}`, import.meta.url)), { withFileTypes: true })
    const names = places.filter((one) => one.isDirectory()).map(({ name }) => name)
    return [
      `\`${room}\``,
      names
        .toSorted()
        .map((name) => `\`${name}\``)
        .join(' '),
    ]
  })
  return table(['room', 'parts'], rows)
}

function gatesBlock(): string {
  const rows = GATE_IDS.map((id) => {
    const { protects, validMs, limitMs } = gateSpec(id)
    return [`\`${id}\``, protects, `${validMs / 3_600_000} h`, `${limitMs / 1000} s`]
  })
  return table(['gate', 'protects that', 'counts for', 'may take'], rows)
}

function diagnosticsBlock(): string {
  return table(
    ['recommendation of `/health`', 'the next safe step'],
    Object.entries(RECOMMENDED_STEPS).map(([action, words]) => [`\`${action}\``, words]),
  )
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

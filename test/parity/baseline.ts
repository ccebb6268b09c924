/** Runs the baseline of another language over documents, and keeps what it said beside the committed ones. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MetricId, Tolerance } from '#domain/metrics/contract.ts'
import { committedFixtures, type Fixture } from './fixtures.ts'

export interface Expected {
  readonly value: number | boolean | null
  readonly places: number
  readonly tolerance: Tolerance
}
export type Baseline = Readonly<Record<MetricId, Expected>>

/** Debian's own, for which it packages NumPy; another Python of the host may have none. */
const PYTHON = '/usr/bin/python3'
const PROGRAM = fileURLToPath(new URL('baseline.py', import.meta.url))
const OUTPUT_LIMIT = 64 * 1024 * 1024

/** One process for all of them: importing NumPy takes longer than most documents. */
export function baselinesOf(fixtures: readonly Fixture[]): Baseline[] {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-parity-'))
  try {
    const files = fixtures.map(({ document }, i) => {
      const file = join(directory, `${i}.json`)
      writeFileSync(file, JSON.stringify(document))
      return file
    })
    const run = spawnSync(PYTHON, [PROGRAM, ...files], { encoding: 'utf8', maxBuffer: OUTPUT_LIMIT })
    if (run.status !== 0) throw new Error(`the baseline failed: ${run.stderr}${run.error ?? ''}`)
    return run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Baseline)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}.json`, import.meta.url))
}

/** The text of a document as it is committed. */
export function documentText({ document }: Fixture): string {
  return `${JSON.stringify(document)}\n`
}

export function committedText({ name }: Fixture): string {
  return readFileSync(pathOf(name), 'utf8')
}

export function committedBaseline({ name }: Fixture): Baseline {
  return JSON.parse(readFileSync(pathOf(`${name}.baseline`), 'utf8')) as Baseline
}

/** Writes documents and baseline anew, one metric a line, so that a change shows which. */
export function writeCommitted(): void {
  const fixtures = committedFixtures()
  const baselines = baselinesOf(fixtures)
  fixtures.forEach((fixture, i) => {
    writeFileSync(pathOf(fixture.name), documentText(fixture))
    const lines = Object.entries(baselines[i] as Baseline).map(
      ([id, expected]) => `  ${JSON.stringify(id)}: ${JSON.stringify(expected)}`,
    )
    writeFileSync(pathOf(`${fixture.name}.baseline`), `{\n${lines.join(',\n')}\n}\n`)
  })
}

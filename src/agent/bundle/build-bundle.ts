/**
 * The incident bundle (AU4): what was known and decided around an incident, in one file that can be read without
 * Holdfast. A tar.gz and no single document: each part is a file in its own right, and `raw.json` goes to
 * `holdfast metrics` as it is.
 */
import { hash } from 'node:crypto'
import { release } from 'node:os'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { verdictOf } from '#domain/health/verdict.ts'
import type { JournalRow } from '#domain/journal/events.ts'
import type { SystemStatus } from '#domain/schemas/admin-api.ts'
import type { Health } from '#domain/schemas/health.ts'
import type { RawGap } from '#domain/schemas/raw-v1.ts'
import type { WorkerStatus } from '#domain/schemas/worker-api.ts'
import { isoText, type EpochMs } from '#domain/time.ts'
import { VERSION } from '#agent/version.ts'
import { MASK, redactedValue } from '#domain/redaction.ts'
import { tarOf, type BundleFile } from './tar.ts'

export interface BundleInput {
  readonly window: { readonly from: EpochMs; readonly to: EpochMs }
  readonly now: EpochMs
  readonly health: Health
  readonly worker: WorkerStatus
  readonly system: SystemStatus
  /** By journal; null: it cannot be read. */
  readonly journals: Readonly<Record<string, readonly JournalRow[] | null>>
  readonly settings: readonly object[]
  readonly gaps: readonly RawGap[]
  /** A `holdfast.raw/1` document. */
  readonly raw: Buffer
}

/** Rows of each journal, the newest: many times what a bad night brings. */
export const ROWS_LIMIT = 20_000
const DIRECTORY = 'holdfast-bundle'

export async function buildBundle(input: BundleInput): Promise<Buffer> {
  const parts: BundleFile[] = [
    json('status.json', { health: input.health, worker: input.worker }),
    json('decisions.json', input.worker.restart_history),
    ...Object.entries(input.journals).map(([name, rows]) => jsonLines(`audit-${name}.jsonl`, rows ?? [])),
    { name: 'raw.json', content: input.raw },
    json('config.json', input.settings),
    json('system.json', input.system),
  ]
  const manifest = json('manifest.json', manifestOf(input, parts))
  const files = [{ name: 'README.txt', content: Buffer.from(readme(input)) }, manifest, ...parts]
  const named = files.map(({ name, content }) => ({ name: `${DIRECTORY}/${name}`, content }))
  return promisify(gzip)(tarOf(named, input.now))
}

function json(name: string, value: unknown): BundleFile {
  return { name, content: Buffer.from(`${JSON.stringify(redactedValue(value), null, 2)}\n`) }
}

function jsonLines(name: string, rows: readonly object[]): BundleFile {
  return { name, content: Buffer.from(rows.map((row) => `${JSON.stringify(redactedValue(row))}\n`).join('')) }
}

function manifestOf(
  { window, now, worker, gaps, journals }: BundleInput,
  parts: readonly BundleFile[],
): object {
  return {
    format: 'holdfast.bundle/1',
    made_at: isoText(now),
    window: { from: isoText(window.from), to: isoText(window.to) },
    versions: {
      holdfast: VERSION,
      contract: worker.contract.version,
      node: process.version,
      kernel: release(),
    },
    // Said instead of left out: what is not in here is not known to have been nothing.
    raw_gaps: gaps,
    journals_unreadable: Object.entries(journals).flatMap(([name, rows]) => (rows === null ? [name] : [])),
    journals_cut: Object.entries(journals).flatMap(([name, rows]) =>
      rows?.length === ROWS_LIMIT ? [name] : [],
    ),
    files: parts.map(({ name, content }) => ({
      name,
      bytes: content.length,
      sha256: hash('sha256', content, 'hex'),
    })),
  }
}

function readme({ window, now, health, worker }: BundleInput): string {
  const verdict = verdictOf(health, { watchdogRunning: worker.watchdog.running })
  return `Holdfast incident bundle, made ${isoText(now)}
Window: ${isoText(window.from)} to ${isoText(window.to)} (its end not included). All times are UTC.

When it was made
  ${verdict.level}: ${verdict.headline}. ${verdict.detail}
  By itself: ${verdict.byItself}
  Next step: ${verdict.nextStep}

What is in it
  status.json      health, policy, guard, pause, watchdog, contract paths, when the bundle was made
  decisions.json   the restart history: who asked, what was decided and why, what came of it, whether it helped
  audit-*.jsonl    the journals' rows of the window, one JSON document a line: watchdog (decided and done) and
                   operators (asked for by people). hash and previous_hash were taken before secrets were removed.
  raw.json         requests, pool, breaker, cache, processes, probes and restarts as they came in (holdfast.raw/1):
                   holdfast metrics --input raw.json
  config.json      every setting and contract value in force, and where it came from
  system.json      the processes of agent and target, and what the intake counted
  manifest.json    versions, what is missing, size and SHA-256 of each file

Secrets were removed: values under names like password or token, and user and password of addresses, read
"${MASK}". What people typed as a reason is in it: read it before you pass it on.
`
}

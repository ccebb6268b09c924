import { setTimeout as pause } from 'node:timers/promises'
import { HOLDS } from '#domain/audit/reaching.ts'
import { policyConfigOf } from '#domain/policy/config.ts'
import { utcText } from '#domain/time.ts'
import { pruneTrail, type PruneAnswer, type PrunedJournal } from '#agent/audit/prune-trail.ts'
import { localActor } from '#agent/operator/local-actor.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import { requireReadable } from '#agent/operator/read-history.ts'
import { HistogramLog } from '#agent/store/histogram-log.ts'
import { RawArchive, rawRetention } from '#agent/store/raw-archive.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { systemClock } from '#agent/system/clock.ts'
import { logFromCommand } from '#agent/system/log.ts'
import { bootId } from '#agent/system/proc-stat.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'

const DAY_MS = 86_400_000

/**
 * `holdfast prune`: the oldest rows of the audit trail go, and what is left still verifies (AU3); so do the oldest raw
 * samples on disk (IN4), which the agent removes by itself while it runs.
 */
export async function prune({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const settings = operatorSettings(env, configFile)
  await requireReadable(settings.contract.contract.paths.state_dir)
  const isDryRun = options['dry-run'] === true
  const answer = await pruneTrail(orderOf(settings, isDryRun))
  const reasons = reasonsOf(answer)
  if (answer.kind === 'broken') {
    out.result({ ok: false, dry_run: isDryRun, journals: [], held_by: null, reasons }, brokenText(reasons))
    return EXIT.findings
  }
  const { journals, heldBy } = answer
  const raw = await pruneRaw(settings, isDryRun)
  const document = {
    ok: true,
    dry_run: isDryRun,
    keep: keepOf(settings),
    journals: journals.map(({ journal, file, rows, kept, bytesFreed: bytes_freed }) => {
      return { journal, file, rows, kept, bytes_freed }
    }),
    raw: { files: raw.files, bytes_freed: isDryRun ? 0 : raw.bytes },
    held_by: heldBy === null ? null : { ...heldBy, since: utcText(heldBy.since) },
    reasons,
  }
  const lines = journals.map((one) => journalText(one, isDryRun))
  out.result(document, [...lines, ...heldText(answer), rawText(raw, isDryRun)].join('\n'))
  return EXIT.done
}

function orderOf(settings: Settings, isDryRun: boolean): Parameters<typeof pruneTrail>[0] {
  const { days, rows } = keepOf(settings)
  return {
    stateDir: settings.contract.contract.paths.state_dir,
    policy: policyConfigOf(settings.config.values),
    rules: { keepMs: days * DAY_MS, keepRows: rows },
    isDryRun,
    actor: localActor(),
    now: () => ({ wall: systemClock.wallNow(), monotonic: systemClock.monotonicNow(), boot: bootId() }),
    tell: logFromCommand,
    pause,
  }
}

interface PrunedFiles {
  readonly files: number
  readonly bytes: number
}

async function pruneRaw({ contract, config }: Settings, isDryRun: boolean): Promise<PrunedFiles> {
  const { state_dir: stateDir } = contract.contract.paths
  const retention = rawRetention(config.values)
  const now = systemClock.wallNow()
  const samples = await new RawArchive(stateDir).prune(retention, now, { isDryRun })
  const histograms = await new HistogramLog(stateDir).prune(retention.keepMs, now, { isDryRun })
  return { files: samples.files + histograms.files, bytes: samples.bytes + histograms.bytes }
}

function rawText({ files, bytes }: PrunedFiles, isDryRun: boolean): string {
  if (files === 0) return 'raw samples: nothing to prune'
  const counted = files === 1 ? '1 file' : `${files} files`
  return isDryRun
    ? `raw samples: ${counted} of ${bytes} bytes would be pruned`
    : `raw samples: ${counted} pruned, ${bytes} bytes given back`
}

function keepOf({ config: { values } }: Settings): { days: number; rows: number } {
  return { days: values['retention.audit_days'], rows: values['retention.audit_rows'] }
}

function reasonsOf(answer: PruneAnswer): { code: string; message: string }[] {
  if (answer.kind === 'pruned') return []
  return answer.verdicts.flatMap(({ file, fault }) =>
    fault === null ? [] : [{ code: `chain_${fault.kind}`, message: `${file}: ${fault.detail}` }],
  )
}

function brokenText(reasons: readonly { message: string }[]): string {
  const found = reasons.map(({ message }) => `  ${message}`)
  return ['Nothing was pruned: what does not verify is evidence (holdfast audit verify).', ...found].join(
    '\n',
  )
}

function journalText({ file, rows, kept, bytesFreed }: PrunedJournal, isDryRun: boolean): string {
  if (rows === 0) return `${file}: nothing to prune, ${counted(kept)} kept`
  if (isDryRun) return `${file}: ${counted(rows)} would be pruned, ${counted(kept)} kept`
  return `${file}: ${counted(rows)} pruned, ${counted(kept)} kept, ${bytesFreed} bytes given back`
}

function heldText(answer: PruneAnswer): string[] {
  if (answer.kind === 'broken' || answer.heldBy === null) return []
  const { why, since, rows } = answer.heldBy
  const those =
    rows === 1 ? '1 more row is old enough and stays' : `${rows} more rows are old enough and stay`
  return [`${those}, from ${utcText(since)} on, for the sake of ${HOLDS[why]}.`]
}

function counted(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`
}

/** From configuration and contract to what the watchdog works by. */
import { readFileSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ConfigValues } from '#domain/config/fields.ts'
import { policyConfigOf } from '#domain/policy/config.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { TriggerConfig } from '#domain/watchdog/triggers.ts'
import { DEMONSTRATION_TARGET } from '#agent/places.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { logLine } from '#agent/system/log.ts'
import { VERSION } from '#agent/version.ts'
import type { WatchdogRules } from './rules.ts'

/** As many requests as this may fail where nothing is wrong. */
const ERROR_RATIO = 0.05
/** Three probes: a pool that is going to fill up again has done so by then. */
const JUDGE_AFTER_PROBES = 3

export function rulesFromSettings({ config: { values }, contract: { contract } }: Settings): WatchdogRules {
  const startGraceMs = values['trigger.start_grace_s'] * 1000
  const probeIntervalMs = values['probe.interval_s'] * 1000
  return {
    version: VERSION,
    contractVersion: contract.version,
    policy: policyConfigOf(values),
    master: {
      prefixes: prefixesOf(contract),
      standIn: contract.kind === 'demonstration' ? DEMONSTRATION_TARGET : null,
      uid: targetUid(contract),
      startGraceMs,
    },
    triggers: triggersOf(values),
    help: { poolWarning: values['pool.warning'], errorRatio: ERROR_RATIO },
    probeIntervalMs,
    requestTtlMs: values['restart.request_ttl_s'] * 1000,
    restartTimeoutMs: values['restart.timeout_s'] * 1000,
    judgeAfterMs: probeIntervalMs * JUDGE_AFTER_PROBES,
    trustFlags: values['restart.trust_flags'],
    historyLimit: contract.watchdog.restart_history_max,
  }
}

/** Whose flags are taken: the target's user writes them, and whoever runs Holdfast's own programs. */
export function flagOwners(targetUser: number): number[] {
  return [...new Set([targetUser, ownUid(), 0])]
}

function triggersOf(values: ConfigValues): TriggerConfig {
  const sustain = (looks: number) => ({ enabled: looks > 0, looks })
  return {
    sustain: {
      no_workers: sustain(values['trigger.no_workers_looks']),
      target_failing: sustain(values['trigger.target_failing_looks']),
      pool_exhausted: sustain(values['trigger.pool_exhausted_looks']),
      memory_high: sustain(values['trigger.memory_high_looks']),
    },
    poolCritical: values['pool.critical'],
    workerRssBytesLimit: values['trigger.worker_rss_bytes'],
    startGraceMs: values['trigger.start_grace_s'] * 1000,
  }
}

/** Where there is no conda environment: beside the interpreter that really runs, links resolved. */
function prefixesOf({ kind, conda, binaries }: RuntimeContract): string[] {
  if (conda !== null) return [realOr(conda.prefix)]
  const interpreters =
    kind === 'demonstration' ? [binaries.interpreter, binaries.node] : [binaries.interpreter]
  return interpreters.map((path) => dirname(realOr(path)))
}

function realOr(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path // not there: then no master's executable lies inside, and none is signalled
  }
}

/** A demonstration runs as whoever started it; a deployment's target as the user of its contract. */
function targetUid({ kind, user }: RuntimeContract): number {
  if (kind === 'demonstration') return ownUid()
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${user}:`))
  const uid = Number(line?.split(':')[2] ?? Number.NaN)
  if (Number.isSafeInteger(uid)) return uid
  // Then there is no target of that user either. Equal to no number, so that no process is taken for it.
  logLine('warning', `there is no user ${user} on this machine: no master will be signalled`)
  return Number.NaN
}

function ownUid(): number {
  return process.geteuid?.() ?? 0
}

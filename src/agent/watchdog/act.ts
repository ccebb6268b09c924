/** How a rung ended. `signalled` is what makes it an attempt, whether it worked or not (WD3). */
import type { MasterIdentity, RestartAsk } from '#domain/journal/events.ts'
import type { DurationMs } from '#domain/time.ts'
import type { MasterSighting, MasterSignal, SignalledMaster } from '#agent/ports/target-processes.ts'
import type { Boots } from './boots.ts'
import type { WatchdogRules } from './rules.ts'
import type { World } from './world.ts'

export interface ActResult {
  readonly signalled: boolean
  readonly success: boolean
  readonly reason: string
  readonly detail: string
}

/** What the rungs need, and a way to say that we live while they wait. */
export interface ActContext {
  readonly world: World
  readonly rules: WatchdogRules
  readonly beat: () => Promise<void>
  readonly boots: Boots
  /** As the intent names them: one of them may have ended since, and another be on its way. */
  readonly workers: MasterSighting['workers']
}

export function notSignalled(reason: string, detail: string): ActResult {
  return { signalled: false, success: false, reason, detail }
}

export function failedAfterSignal(reason: string, detail: string): ActResult {
  return { signalled: true, success: false, reason, detail }
}

const WORDS = {
  gone: 'the master ended before it could be signalled',
  other_process: 'another process has taken the master’s place',
  not_named: 'the pid file stopped naming the master before it could be signalled',
} as const

/** null: it was sent. */
export async function send(
  { processes }: World,
  identity: MasterIdentity,
  signal: MasterSignal,
  whom: SignalledMaster = 'named',
): Promise<{ reason: string; detail: string } | null> {
  let answer: Awaited<ReturnType<typeof processes.signal>>
  try {
    answer = await processes.signal(identity, signal, whom)
  } catch (error) {
    return { reason: 'signal_failed', detail: `${signal}: ${(error as Error).message}` }
  }
  if (answer === 'sent') return null
  const reason = answer === 'gone' ? 'signal_failed' : 'pid_identity_mismatch'
  return { reason, detail: WORDS[answer] }
}

const GRACEFUL_DEFAULT_MS = 30_000
const GRACEFUL_LIMIT_MS = 3_600_000
const BEYOND_GRACEFUL_MS = 10_000

/** The target's graceful timeout and 10 s, at least the configured time (WD10). */
export function restartTimeoutMs(master: MasterSighting, rules: WatchdogRules): DurationMs {
  const graceful = master.settings?.gracefulTimeoutMs ?? gracefulOnCommandLine(master) ?? GRACEFUL_DEFAULT_MS
  return Math.max(rules.restartTimeoutMs, Math.min(graceful, GRACEFUL_LIMIT_MS) + BEYOND_GRACEFUL_MS)
}

function gracefulOnCommandLine({ cmdline }: MasterSighting): DurationMs | null {
  const at = cmdline.findIndex((word) => word.startsWith('--graceful-timeout'))
  const text = cmdline[at]?.split('=')[1] ?? cmdline[at + 1] ?? ''
  return at >= 0 && /^\d+$/.test(text) ? Number(text) * 1000 : null
}

/** How long an act that was not verified may still come true: no wonder, and nobody else's, until then. */
export function lateMs(
  { rung }: RestartAsk,
  master: MasterSighting | null,
  rules: WatchdogRules,
): DurationMs {
  const workersMs = master === null ? rules.restartTimeoutMs : restartTimeoutMs(master, rules)
  return rung === 'service' ? workersMs + rules.master.startGraceMs : workersMs
}

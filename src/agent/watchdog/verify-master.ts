/** The right master, or why it is not (WD8): asked of each look, and of one more right before the signal. */
import type { MasterIdentity } from '#domain/journal/events.ts'
import { verifyMaster as judgeMaster } from '#domain/watchdog/master-rules.ts'
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import type { Moment } from './moment.ts'
import type { WatchdogRules } from './rules.ts'
import { sightMaster, type Sighted } from './sight-master.ts'
import type { World } from './world.ts'

export interface VerifiedMaster {
  readonly verified: true
  readonly master: MasterSighting
  readonly seenAt: Moment
}

export type Verified =
  | VerifiedMaster
  | { readonly verified: false; readonly reason: string; readonly detail: string }

export async function verifyMaster(
  world: World,
  rules: WatchdogRules,
  meant: MasterIdentity | null = null,
): Promise<Verified> {
  return verified(rules, await sightMaster(world), meant)
}

/** `meant`: the one for which the restart was decided; null before any was. */
export function verified(
  rules: WatchdogRules,
  { master, missing, pid, at }: Sighted,
  meant: MasterIdentity | null,
): Verified {
  if (master === null) return { verified: false, reason: 'pid_identity_mismatch', detail: missing }
  const verdict = judgeMaster({ ...rules.master, pid, meant }, master)
  if (verdict.verified) return { verified: true, master, seenAt: at }
  const detail = verdict.findings
    .map(({ path, expected, found }) => `${path}: expected ${expected}, found ${found}`)
    .join('; ')
  return { verified: false, reason: verdict.reason, detail }
}

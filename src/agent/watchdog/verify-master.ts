/** The right master, or why it is not (WD8): asked before the preflight, and once more right before the signal. */
import type { MasterIdentity } from '#domain/journal/events.ts'
import type { DurationMs } from '#domain/time.ts'
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import { sameProcess } from './crew-changes.ts'
import { sightMaster } from './observe.ts'
import type { WatchdogRules } from './rules.ts'
import type { World } from './world.ts'

export interface MasterRules {
  /** The executable lies inside: the contract's prefix. */
  readonly prefixes: readonly string[]
  readonly uids: readonly number[]
  /** Words of which one has to be in its command line. */
  readonly commands: readonly string[]
  /** Before its handlers stand, SIGHUP would end it. */
  readonly youngestMs: DurationMs
}

export type Verified =
  | { readonly verified: true; readonly master: MasterSighting }
  | { readonly verified: false; readonly reason: string; readonly detail: string }

export async function verifyMaster(
  world: World,
  rules: WatchdogRules,
  intended: MasterIdentity | null = null,
): Promise<Verified> {
  const { master, missing } = await sightMaster(world)
  if (master === null) return { verified: false, reason: 'pid_identity_mismatch', detail: missing }
  if (intended !== null && !sameProcess(intended, master.identity)) {
    const detail = `the pid file names process ${master.identity.pid} now, meant was ${intended.pid}`
    return { verified: false, reason: 'pid_identity_mismatch', detail }
  }
  const fault = masterFault(master, rules.master)
  return fault === null ? { verified: true, master } : { verified: false, ...fault }
}

function masterFault(
  { identity, uid, cmdline, ageMs, upgradeOf, workers }: MasterSighting,
  rules: MasterRules,
): { reason: string; detail: string } | null {
  const { pid, exe } = identity
  const mismatch = (detail: string) => ({
    reason: 'pid_identity_mismatch',
    detail: `process ${pid} ${detail}`,
  })
  if (!rules.prefixes.some((prefix) => exe.startsWith(prefix)))
    return mismatch(`runs ${exe || 'something unreadable'}`)
  if (!cmdline.some((word) => rules.commands.some((command) => word.includes(command))))
    return mismatch('is no gunicorn')
  if (!rules.uids.includes(uid)) return mismatch(`belongs to user ${uid}`)
  if (upgradeOf !== null) {
    return { reason: 'upgrade_in_progress', detail: `process ${pid} is about to take over from ${upgradeOf}` }
  }
  if (ageMs < rules.youngestMs || workers.length === 0) {
    return {
      reason: 'master_starting',
      detail: `process ${pid} is ${Math.round(ageMs)} ms old and has ${workers.length} workers`,
    }
  }
  return null
}

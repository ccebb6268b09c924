/** The weakest rung: SIGHUP to the master, and proof that it worked (WD10, WD16). */
import type { MasterSighting, WorkerSighting } from '#agent/ports/target-processes.ts'
import { notSignalled, restartTimeoutMs, send, type ActContext, type ActResult } from './act.ts'
import { areReplaced, awaitHealth, awaitWorkers } from './await-workers.ts'
import { isLate } from './moment.ts'
import type { VerifiedMaster } from './verify-master.ts'
import type { World } from './world.ts'

export async function reload(context: ActContext, last: VerifiedMaster): Promise<ActResult> {
  const { master } = last
  const { world, rules } = context
  const until = world.clock.monotonicNow() + restartTimeoutMs(master, rules)
  const fault = await send(world, master.identity, 'SIGHUP')
  if (fault !== null) return notSignalled(fault.reason, fault.detail)

  const old = [...master.workers, ...(await cameMeanwhile(world, last))]
  const failed =
    (await awaitWorkers(context, master, until, areReplaced(old, master.workers.length))) ??
    (await awaitHealth(context, until))
  return (
    failed ?? {
      signalled: true,
      success: true,
      reason: 'signal_sighup',
      detail: `${master.workers.length} workers were replaced${keepsOldCode(master)}`,
    }
  )
}

/**
 * Somebody else may have reloaded while all stood still: whoever is there right after a late signal is no proof of it.
 * That may be its own doing already; then the restart counts as not verified, which is the safer error.
 */
async function cameMeanwhile(
  world: World,
  { master: { identity }, seenAt }: VerifiedMaster,
): Promise<readonly WorkerSighting[]> {
  return isLate(world, seenAt) ? ((await world.processes.sight(identity.pid))?.workers ?? []) : []
}

/** Neither HUP nor TTIN imports the application again where the master did so for all workers. */
export function keepsOldCode({ cmdline, settings }: MasterSighting): string {
  return (settings?.preloads ?? cmdline.includes('--preload'))
    ? '; the application is preloaded, so the code is still the old one'
    : ''
}

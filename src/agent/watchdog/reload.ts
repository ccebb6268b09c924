/** The weakest rung: SIGHUP to the master, and proof that it worked (WD10, WD16). */
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import { notSignalled, restartTimeoutMs, send, type ActContext, type ActResult } from './act.ts'
import { areReplaced, awaitHealth, awaitWorkers } from './await-workers.ts'

export async function reload(context: ActContext, master: MasterSighting): Promise<ActResult> {
  const { world, rules } = context
  const until = world.clock.monotonicNow() + restartTimeoutMs(master, rules)
  const fault = await send(world, master.identity, 'SIGHUP')
  if (fault !== null) return notSignalled(fault.reason, fault.detail)

  const failed =
    (await awaitWorkers(context, master, until, areReplaced(master.workers))) ??
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

/** Neither HUP nor TTIN imports the application again where the master did so for all workers. */
export function keepsOldCode({ cmdline, settings }: MasterSighting): string {
  return (settings?.preloads ?? cmdline.includes('--preload'))
    ? '; the application is preloaded, so the code is still the old one'
    : ''
}

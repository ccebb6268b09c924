/** The weakest rung: SIGHUP to the master, and proof that it worked (WD10, WD16). */
import type { DurationMs } from '#domain/time.ts'
import type { MasterSighting, WorkerSighting } from '#agent/ports/target-processes.ts'
import { notSignalled, restartTimeoutMs, send, type ActContext, type ActResult } from './act.ts'
import { areReplaced, awaitHealth, awaitWorkers } from './await-workers.ts'
import type { World } from './world.ts'

export async function reload(context: ActContext, master: MasterSighting): Promise<ActResult> {
  const { world, rules } = context
  const until = world.clock.monotonicNow() + restartTimeoutMs(master, rules)
  const lookedAt = momentOf(world)
  const fault = await send(world, master.identity, 'SIGHUP')
  if (fault !== null) return notSignalled(fault.reason, fault.detail)

  const old = [...master.workers, ...(await cameMeanwhile(world, master, lookedAt))]
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

type Moment = Readonly<Record<'wall' | 'monotonic', number>>

/** One of the clocks stands still while the machine sleeps, the other may be set. */
function momentOf({ clock }: World): Moment {
  return { wall: clock.wallNow(), monotonic: clock.monotonicNow() }
}

/** Look and signal are a moment apart, unless watchdog or machine were stopped right there. */
const LATE_MS: DurationMs = 1_000

/**
 * Somebody else may have reloaded while all stood still: whoever is there right after a late signal is no proof of it.
 * That may be its own doing already; then the restart counts as not verified, which is the safer error.
 */
async function cameMeanwhile(
  world: World,
  { identity }: MasterSighting,
  lookedAt: Moment,
): Promise<readonly WorkerSighting[]> {
  const now = momentOf(world)
  const lateMs = Math.max(now.wall - lookedAt.wall, now.monotonic - lookedAt.monotonic)
  return lateMs < LATE_MS ? [] : ((await world.processes.sight(identity.pid))?.workers ?? [])
}

/** Neither HUP nor TTIN imports the application again where the master did so for all workers. */
export function keepsOldCode({ cmdline, settings }: MasterSighting): string {
  return (settings?.preloads ?? cmdline.includes('--preload'))
    ? '; the application is preloaded, so the code is still the old one'
    : ''
}

/**
 * The second rung: for each old worker one more (TTIN), and once it is there one less (TTOU), which takes the
 * oldest. The service never has fewer workers than before; all signals go to the master.
 */
import {
  failedAfterSignal,
  notSignalled,
  restartTimeoutMs,
  send,
  type ActContext,
  type ActResult,
} from './act.ts'
import { areReplaced, awaitHealth, awaitWorkers } from './await-workers.ts'
import { keepsOldCode } from './reload.ts'
import type { VerifiedMaster } from './verify-master.ts'

export async function roll(context: ActContext, { master }: VerifiedMaster): Promise<ActResult> {
  const { world, rules } = context
  const count = Math.max(master.workers.length, context.workers.length)
  // The old one may take its whole graceful timeout to go, so each of them has the time of a restart.
  const eachMs = restartTimeoutMs(master, rules)

  for (let replaced = 0; replaced < count; replaced++) {
    const more = await send(world, master.identity, 'SIGTTIN', replaced === 0 ? 'named' : 'begun_with')
    if (more !== null) {
      const end = replaced === 0 ? notSignalled : failedAfterSignal
      return end(more.reason, more.detail)
    }
    // From the signal on: else a process that was stopped before it would not wait for the new worker at all.
    const until = world.clock.monotonicNow() + eachMs
    const notThere = await awaitWorkers(context, master, until, (workers) => workers.length > count)
    // While new workers end at boot, one less would be an old one that serves.
    if (notThere?.reason === 'worker_boot_loop') return notThere
    // Takes back what was asked for: else the service would keep one worker too many.
    const less = await send(world, master.identity, 'SIGTTOU', 'begun_with')
    if (notThere !== null) return notThere
    if (less !== null) return failedAfterSignal(less.reason, less.detail)
    const notGone = await awaitWorkers(context, master, until, (workers) => workers.length <= count)
    if (notGone !== null) return notGone
  }
  const until = world.clock.monotonicNow() + eachMs
  const failed =
    (await awaitWorkers(context, master, until, areReplaced(master.workers, count))) ??
    (await awaitHealth(context, until))
  const detail = `${count} workers were replaced, one after the other${keepsOldCode(master)}`
  return failed ?? { signalled: true, success: true, reason: 'workers_rolled', detail }
}

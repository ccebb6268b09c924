/**
 * The strongest rung: systemd restarts the whole service, and a new master with workers that answer is the
 * proof (WD10, WD16). systemd works on whether or not we live, so all that is known comes from looking.
 */
import type { DurationMs } from '#domain/time.ts'
import { isSame } from '#domain/watchdog/master-rules.ts'
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import { failedAfterSignal, notSignalled, restartTimeoutMs, type ActContext, type ActResult } from './act.ts'
import { awaitHealth } from './await-workers.ts'
import { verifyMaster, type VerifiedMaster } from './verify-master.ts'

/** Each look asks systemd as well, which costs a process. */
const LOOK_MS: DurationMs = 250

export async function restartService(
  context: ActContext,
  { master: old }: VerifiedMaster,
): Promise<ActResult> {
  const { world, rules } = context
  // The old one may take its graceful timeout to go, and the new one its grace to start.
  const until = world.clock.monotonicNow() + restartTimeoutMs(old, rules) + rules.master.startGraceMs
  const order = await world.service.restart()
  if (order.kind === 'refused') return notSignalled('rung_unavailable', order.detail)

  const failed = (await awaitNewMaster(context, old, until)) ?? (await awaitHealth(context, until))
  const detail = `master ${old.identity.pid} and its workers were replaced by new ones`
  return failed ?? { signalled: true, success: true, reason: 'service_restarted', detail }
}

async function awaitNewMaster(
  { world, rules, beat }: ActContext,
  old: MasterSighting,
  until: DurationMs,
): Promise<ActResult | null> {
  for (;;) {
    const now = await verifyMaster(world, rules)
    const isOld = now.verified && isSame(now.master.identity, old.identity)
    // Its workers are the proof that it has come past its own start.
    if (now.verified && !isOld && now.master.workers.length > 0) return null
    const unit = await world.service.look()
    if (unit.kind === 'available' && unit.hasFailed) {
      return failedAfterSignal('restart_timeout', 'systemd says that the service has failed to start')
    }
    if (world.clock.monotonicNow() >= until) {
      const seen = now.verified ? 'the old master is still there' : now.detail
      return failedAfterSignal('restart_timeout', `there is no new master with workers: ${seen}`)
    }
    await beat()
    await world.sleep(LOOK_MS)
  }
}

/**
 * Whether the strongest rung can be used, as the watchdog shows it: looked at now and then, and before each
 * request for it. That systemd would not permit it is known only after it has refused; until it has obeyed once,
 * the refusal is what is shown, and stops nobody from asking again.
 */
import type { ServiceRung } from '#domain/policy/ladder.ts'
import type { DurationMs } from '#domain/time.ts'
import type { ServiceLook } from '#agent/ports/service-manager.ts'
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import type { ActResult } from './act.ts'
import type { Memory } from './memory.ts'
import type { World } from './world.ts'

/** A look costs a process; what it tells changes when somebody installs something. */
const LOOK_EVERY_MS: DurationMs = 60_000

export async function lookAtServiceWhenDue(world: World, memory: Memory): Promise<void> {
  const { lookedAt } = memory.service
  if (lookedAt !== null && world.clock.monotonicNow() - lookedAt < LOOK_EVERY_MS) return
  await lookAtService(world, memory)
}

export async function lookAtService(world: World, memory: Memory): Promise<ServiceLook> {
  const look = await world.service.look()
  const { refused } = memory.service
  const shown = refused === null || look.kind === 'unavailable' ? look : unavailable(refused)
  memory.service = { shown, lookedAt: world.clock.monotonicNow(), refused }
  return look
}

/** After a restart of the service was ordered. */
export function learnFromOrder(memory: Memory, { signalled, detail }: ActResult): void {
  memory.service = signalled
    ? { ...memory.service, shown: { kind: 'available' }, refused: null }
    : { ...memory.service, shown: unavailable(detail), refused: detail }
}

/** Restarting a unit that runs something else would leave this master alone and hit another. null: it is the one. */
export function strangerTo(look: ServiceLook, { identity }: MasterSighting): string | null {
  if (look.kind === 'unavailable' || look.mainPid === identity.pid) return null
  return `systemd takes process ${look.mainPid} for the service, and the pid file names process ${identity.pid}`
}

function unavailable(detail: string): ServiceRung {
  return { kind: 'unavailable', detail }
}

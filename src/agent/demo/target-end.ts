/** Ends a target for certain: politely, with a time limit, and only processes whose identity was checked. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '#agent/ports/clock.ts'
import type { ProcessSighting } from '#agent/system/process-table.ts'
import { sightProcess } from '#agent/system/process-table.ts'
import { belongsToTarget, processesOfTarget } from './target-identity.ts'
import type { TargetIdentity } from './target-identity.ts'

const POLITE_MS = 5_000
// A master that is killed may have started one more worker; a few rounds find it.
const KILL_MS = 3_000
const LOOK_EVERY_MS = 40

/** Returns what could not be ended: nothing, unless the kernel holds a process back. */
export async function endTarget(identity: TargetIdentity, clock: Clock): Promise<ProcessSighting[]> {
  const found = processesOfTarget(identity)
  const master = found.find(({ pid }) => pid === identity.master.pid)
  // A living master stops its own workers; orphans have to be told one by one.
  for (const sighting of master === undefined ? found : [master]) {
    signal(identity, sighting, 'SIGTERM')
    // One that was stopped hears the first signal only when it goes on.
    signal(identity, sighting, 'SIGCONT')
  }
  if (await isGone(identity, clock, POLITE_MS, () => {})) return []

  const kill = (sighting: ProcessSighting) => signal(identity, sighting, 'SIGKILL')
  return (await isGone(identity, clock, KILL_MS, kill)) ? [] : processesOfTarget(identity)
}

async function isGone(
  identity: TargetIdentity,
  clock: Clock,
  limitMs: number,
  onEach: (sighting: ProcessSighting) => void,
): Promise<boolean> {
  const startedMs = clock.monotonicNow()
  for (;;) {
    const left = processesOfTarget(identity)
    if (left.length === 0) return true
    if (clock.monotonicNow() - startedMs > limitMs) return false
    for (const sighting of left) onEach(sighting)
    await delay(LOOK_EVERY_MS)
  }
}

function signal(identity: TargetIdentity, { pid, startTicks }: ProcessSighting, name: NodeJS.Signals): void {
  // Looked at again, right before: the list may be older than the process that has this pid now.
  const now = sightProcess(pid)
  if (now === null || now.startTicks !== startTicks || !belongsToTarget(identity, now)) return
  try {
    process.kill(pid, name)
  } catch {
    // It ended between the look and the signal, which is what was wanted.
  }
}

/**
 * Ends a program as the target's unit does (`KillMode=mixed`): it alone is told, and has to end what it has started. A gunicorn
 * whose whole group is told now and then hangs for half a minute, which the product never does to it (docs/adr/0036).
 */
import type { ChildProcess } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import type { DurationMs } from '#domain/time.ts'
import { sightAllProcesses } from '#agent/system/process-table.ts'

/** `left_others`: it ended, and not all that it had started. What does not end is killed, and told all the same. */
export type ProgramEnd = 'by_itself' | 'left_others' | 'killed'

const LOOK_MS: DurationMs = 50
/** For what a program has told to end in its own last moment. */
const OTHERS_MS: DurationMs = 500

/** Of a child that was spawned `detached`: its pid is also the number of its group and session. */
export async function endProgram(child: ChildProcess, limitMs: DurationMs): Promise<ProgramEnd> {
  const { pid } = child
  if (pid === undefined) return 'by_itself' // it never began
  child.kill('SIGTERM')
  const end = await endOf(child, pid, limitMs)
  killProgram(child)
  return end
}

/** With all that it has started, if it is still there. */
export function killProgram({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left in it.
  }
}

async function endOf(child: ChildProcess, pid: number, limitMs: DurationMs): Promise<ProgramEnd> {
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const isAlone = () => !sightAllProcesses().some(({ sessionId }) => sessionId === pid)
  if (!(await comesTrue(hasEnded, limitMs))) return 'killed'
  return (await comesTrue(isAlone, OTHERS_MS)) ? 'by_itself' : 'left_others'
}

async function comesTrue(isSo: () => boolean, limitMs: DurationMs): Promise<boolean> {
  for (let waited = 0; !isSo(); waited += LOOK_MS) {
    if (waited >= limitMs) return false
    await pause(LOOK_MS)
  }
  return true
}

/**
 * Which processes are ours to signal.
 *
 * The target runs in a session of its own, whose number is the pid of its first master. The kernel gives
 * that number to nobody else while any process of the session lives, so "same boot, same session, started
 * no earlier than that master, and our pid file on its command line" is true of the target's master, its
 * workers and its orphans, and of nothing else. What was started is written down, so that the next run can
 * still tell after this one was killed without a chance to tidy up.
 */
import { readFileSync, rmSync } from 'node:fs'
import * as z from 'zod/mini'
import { bootId } from '#agent/system/proc-stat.ts'
import { replaceJson } from './replace-json.ts'
import { sightAllProcesses, sightProcess } from '#agent/system/process-table.ts'
import type { ProcessSighting } from '#agent/system/process-table.ts'

const processIdentity = z.object({ pid: z.int(), start_ticks: z.int() })

const targetIdentity = z.object({
  format: z.literal('holdfast.demonstration-target/1'),
  boot_id: z.string(),
  pid_file: z.string(),
  master: processIdentity,
  /** The demonstration that started it. */
  keeper: processIdentity,
})

export type TargetIdentity = z.infer<typeof targetIdentity>

/** Null when the master has ended already. */
export function identifyTarget(masterPid: number, pidFile: string): TargetIdentity | null {
  const master = sightProcess(masterPid)
  const keeper = sightProcess(process.pid)
  if (master === null || keeper === null) return null
  return {
    format: 'holdfast.demonstration-target/1',
    boot_id: bootId(),
    pid_file: pidFile,
    master: { pid: master.pid, start_ticks: master.startTicks },
    keeper: { pid: keeper.pid, start_ticks: keeper.startTicks },
  }
}

export function recordIdentity(path: string, identity: TargetIdentity): void {
  replaceJson(path, identity)
}

export function forgetIdentity(path: string): void {
  rmSync(path, { force: true })
}

/** Null when nothing usable was recorded: then nothing is known to be ours, and nothing is signalled. */
export function recordedIdentity(path: string): TargetIdentity | null {
  try {
    const reading = targetIdentity.safeParse(JSON.parse(readFileSync(path, 'utf8')))
    return reading.success && reading.data.boot_id === bootId() ? reading.data : null
  } catch {
    return null
  }
}

export function isKeeperAlive({ keeper }: TargetIdentity): boolean {
  return sightProcess(keeper.pid)?.startTicks === keeper.start_ticks
}

export function belongsToTarget(identity: TargetIdentity, sighting: ProcessSighting): boolean {
  const { master } = identity
  if (sighting.pid === master.pid) return sighting.startTicks === master.start_ticks
  return (
    sighting.sessionId === master.pid &&
    sighting.startTicks >= master.start_ticks &&
    sighting.commandLine.includes(identity.pid_file)
  )
}

/** Master first, if it lives. */
export function processesOfTarget(identity: TargetIdentity): ProcessSighting[] {
  return sightAllProcesses()
    .filter((sighting) => belongsToTarget(identity, sighting))
    .toSorted((a, b) => Number(b.pid === identity.master.pid) - Number(a.pid === identity.master.pid))
}

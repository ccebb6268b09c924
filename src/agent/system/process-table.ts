/** What the kernel says about processes: enough to tell one of ours from every other one. */
import { readdirSync, readFileSync } from 'node:fs'
import { isEnded, parseStat } from './proc-stat.ts'

export interface ProcessSighting {
  readonly pid: number
  readonly parentPid: number
  readonly sessionId: number
  /** Since boot, in clock ticks: with the pid and the boot id it names one process for ever. */
  readonly startTicks: number
  readonly commandLine: string
}

/** Null when there is no such process, or only its exit code is left (a zombie can do no harm). */
export function sightProcess(pid: number): ProcessSighting | null {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trimEnd()
    if (stat === null || isEnded(stat)) return null
    const { parentPid, sessionId, startTicks } = stat
    return { pid, parentPid, sessionId, startTicks, commandLine }
  } catch {
    // It ended while we looked, or was never there.
    return null
  }
}

export function sightAllProcesses(): ProcessSighting[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => sightProcess(Number(name)))
    .filter((sighting) => sighting !== null)
}

/** What the kernel says about processes: enough to tell one of ours from every other one. */
import { readdirSync, readFileSync } from 'node:fs'

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
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command's name is in parentheses and may contain anything, parentheses too.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trimEnd()
    if (fields[0] === 'Z' || fields[0] === 'X') return null
    return {
      pid,
      parentPid: Number(fields[1]),
      sessionId: Number(fields[3]),
      startTicks: Number(fields[19]),
      commandLine,
    }
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

export function childrenOf(pid: number): number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return list === '' ? [] : list.split(' ').map(Number)
  } catch {
    return []
  }
}

export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** One line of /proc/PID/stat, as far as anybody here needs it. */
import { readFileSync } from 'node:fs'
import type { DurationMs } from '#domain/time.ts'

/** The kernel counts in USER_HZ towards user space, which is 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10

export interface ProcStat {
  /** Of its program, unless it has given itself another. */
  readonly name: string
  readonly state: string
  readonly parentPid: number
  readonly sessionId: number
  readonly threads: number
  /** Since boot, in clock ticks: with the pid and the boot id it names one process, to within one tick. */
  readonly startTicks: number
  readonly virtualBytes: number
  /** Page faults of the children that it has waited for: more of them, and another child has ended. */
  readonly reapedFaults: number
}

export function parseStat(line: string): ProcStat | null {
  // The command's name is in parentheses and may contain anything, parentheses too: what follows the last one counts.
  const nameEnd = line.lastIndexOf(')')
  const fields = line.slice(nameEnd + 2).split(' ')
  const startTicks = Number(fields[19])
  if (fields[0] === undefined || !Number.isSafeInteger(startTicks)) return null
  return {
    name: line.slice(line.indexOf('(') + 1, nameEnd),
    state: fields[0],
    parentPid: Number(fields[1]),
    sessionId: Number(fields[3]),
    threads: Number(fields[17]),
    startTicks,
    virtualBytes: Number(fields[20]),
    reapedFaults: Number(fields[8]),
  }
}

/**
 * Only its exit code is left: it has no children, does no harm, and takes no signal. Or its memory is gone already,
 * and it is about to come to that: between the two lies the moment in which its end can be heard of.
 */
export function isEnded({ state, virtualBytes }: ProcStat): boolean {
  return state === 'Z' || state === 'X' || virtualBytes === 0
}

/** Both since boot, suspended time included. */
export function ageMs(startTicks: number, sinceBoot: DurationMs): DurationMs {
  return Math.max(0, sinceBoot - startTicks * MS_PER_TICK)
}

let boot: string | null = null

/** Read once: a process lives within one boot. */
export function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return boot
}

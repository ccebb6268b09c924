/** The process table, read from /proc. A process that is gone or unreadable is null, or has no children, and is never an exception. */
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { parseStat } from './proc-stat.ts'

export async function processLine(pid: number): Promise<string> {
  const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const line = raw
    .split('\0')
    .filter((word) => word !== '')
    .join(' ')
  return line.length > 160 ? `${line.slice(0, 157)}…` : line || 'unknown'
}

/** Start time in clock ticks since boot: with the pid, it names one process and no later one. */
export async function startTicks(pid: number): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (stat === null) return null
  return parseStat(stat)?.startTicks ?? null
}

export function childrenOf(pid: number): number[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`)
    return tasks.flatMap((task) => childrenOfTask(pid, task))
  } catch {
    return []
  }
}

function childrenOfTask(pid: number, task: string): number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim()
    return list === '' ? [] : list.split(' ').map(Number)
  } catch {
    return [] // that thread has ended
  }
}

/** The process table, read from /proc. A process that is gone or unreadable is null, never an exception. */
import { readdir, readFile } from 'node:fs/promises'
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

export async function childrenOf(pid: number): Promise<number[] | null> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => null)
  if (tasks === null) return null
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  )
  return lists.flatMap((list) =>
    list
      .split(' ')
      .filter((word) => word !== '')
      .map(Number),
  )
}

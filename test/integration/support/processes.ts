/** The process table as tests read it: on their own, not through the code they test. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface SeenProcess {
  readonly pid: number
  readonly parentPid: number
  readonly commandLine: string
}

export function processesMentioning(text: string): SeenProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => see(Number(name)))
    .filter((seen) => seen !== null)
    .filter(({ commandLine, pid }) => commandLine.includes(text) && pid !== process.pid)
}

function see(pid: number): SeenProcess | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return { pid, parentPid: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), commandLine }
  } catch {
    return null
  }
}

export function workersOf(masterPid: number): number[] {
  try {
    const list = readFileSync(`/proc/${masterPid}/task/${masterPid}/children`, 'utf8').trim()
    return list === '' ? [] : list.split(' ').map(Number)
  } catch {
    return []
  }
}

export function sessionOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3])
}

export function isAlive(pid: number): boolean {
  return see(pid)?.commandLine ? true : false
}

export function rssBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096
}

/** Regular files that a process has open, by name. */
/** Those that it may write: one that is only read, as a module in the middle of its import, leaves nothing behind. */
export function filesOpenToWrite(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`)
    .filter((fd) => mayWrite(pid, fd))
    .map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`)
      } catch {
        return ''
      }
    })
    .filter((name) => name.startsWith('/') && !name.startsWith('/dev/'))
}

function mayWrite(pid: number, fd: string): boolean {
  try {
    const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1]
    return (Number.parseInt(flags ?? '0', 8) & (constants.O_WRONLY | constants.O_RDWR)) !== 0
  } catch {
    return false
  }
}

/** The process table as tests read it: on their own, not through the code they test. */
import { constants, readdirSync, readFileSync, readlinkSync } from 'node:fs'

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

/**
 * Regular files that a process has open and may write, by name. One that it only reads, as a module in the middle of its
 * import, is nothing that it could leave behind.
 */
export function filesOpenToWrite(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`)
    .filter((fd) => mayWrite(seenIn(() => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))))
    .map((fd) => seenIn(() => readlinkSync(`/proc/${pid}/fd/${fd}`)))
    .filter((name) => name.startsWith('/') && !name.startsWith('/dev/'))
}

function mayWrite(descriptorFacts: string): boolean {
  const flags = /^flags:\s*(\d+)$/m.exec(descriptorFacts)?.[1] ?? '0'
  return (Number.parseInt(flags, 8) & (constants.O_WRONLY | constants.O_RDWR)) !== 0
}

/** '': it was closed between the list and the look. */
function seenIn(look: () => string): string {
  try {
    return look()
  } catch {
    return ''
  }
}

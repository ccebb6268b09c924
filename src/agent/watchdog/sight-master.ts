/** Whoever the pid file names, as the process table shows it; whose it is, is judged elsewhere. */
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import type { World } from './world.ts'

export interface Sighted {
  readonly master: MasterSighting | null
  /** Why there is none to see; '' where there is one. */
  readonly missing: string
  /** As the pid file says; 0: it does not. */
  readonly pid: number
  /** Of the pid file: another one at each reload; '' where it is not known. */
  readonly stamp: string
}

export async function sightMaster({ processes }: Pick<World, 'processes'>): Promise<Sighted> {
  const file = await processes.readPidFile()
  if (file.kind === 'missing') return { master: null, missing: 'there is no pid file', pid: 0, stamp: '' }
  if (file.kind === 'unreadable') return { master: null, missing: file.detail, pid: 0, stamp: '' }
  const { pid, stamp } = file
  const master = await processes.sight(pid)
  const missing = master === null ? `the pid file names process ${pid}, which has ended` : ''
  return { master, missing, pid, stamp }
}

/** Whoever the pid file names, as the process table shows it; whose it is, is judged elsewhere. */
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import { isLate, momentOf, type Moment } from './moment.ts'
import type { World } from './world.ts'

export interface Sighted {
  readonly master: MasterSighting | null
  /** Why there is none to see; '' where there is one. */
  readonly missing: string
  /** As the pid file says; 0: it does not. */
  readonly pid: number
  /** Of the pid file: another one at each reload; '' where it is not known. */
  readonly stamp: string
  readonly at: Moment
}

export async function sightMaster(world: Pick<World, 'processes' | 'clock'>): Promise<Sighted> {
  const { processes } = world
  // Of its beginning: what comes meanwhile is not in it.
  const nobody = { master: null, pid: 0, stamp: '', at: momentOf(world) }
  const file = await processes.readPidFile()
  if (file.kind === 'missing') return { ...nobody, missing: 'there is no pid file' }
  if (file.kind === 'unreadable') return { ...nobody, missing: file.detail }
  const { pid, stamp } = file
  const master = await processes.sight(pid)
  const missing = master === null ? `the pid file names process ${pid}, which has ended` : ''
  return { ...nobody, master, missing, pid, stamp }
}

/** What was seen a moment ago holds still: the same pid file, the same process, the same workers. */
export async function holdsStill(
  world: Pick<World, 'processes' | 'clock'>,
  { master, pid, stamp, at }: Sighted,
): Promise<boolean> {
  if (master === null || stamp === '' || isLate(world, at)) return false
  const file = await world.processes.readPidFile()
  if (file.kind !== 'pid' || file.pid !== pid || file.stamp !== stamp) return false
  return world.processes.holdsStill(master)
}

/** Kills workers of the target, the way the kernel's memory killer would: at once and without notice. */
import { sightProcess } from '#agent/system/process-table.ts'
import { childrenOf } from '#agent/system/processes.ts'

/** Returns the pids that were killed: only children of this master that serve this pid file. */
export function killWorkers(masterPid: number, pidFile: string, count: number): number[] {
  const workers = childrenOf(masterPid).filter((pid) => {
    const sighting = sightProcess(pid)
    return sighting?.parentPid === masterPid && sighting.commandLine.includes(pidFile)
  })
  // The oldest first: what a master started just now may not have got as far as being a worker.
  return workers.slice(0, count).filter((pid) => {
    try {
      process.kill(pid, 'SIGKILL')
      return true
    } catch {
      return false
    }
  })
}

/**
 * The workers' memory, as the process table tells it (IN1): one reading of the service every few seconds. The workers
 * are those that the watchdog sees; the master is none of them (ADR 0016).
 */
import type { GapReason } from '#domain/schemas/raw-v1.ts'
import type { DurationMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { TargetProcesses, WorkerSighting } from '#agent/ports/target-processes.ts'
import type { RawStore } from '#agent/store/raw-store.ts'
import { AscendingTime } from './ascending-time.ts'

/** Memory grows by the minute: twelve readings of it cost less than a millisecond each. */
const LOOK_EVERY_MS: DurationMs = 5_000

interface SamplerParts {
  readonly processes: Pick<TargetProcesses, 'readPidFile' | 'sight'>
  readonly clock: Clock
  readonly store: RawStore
}

export function startProcessSampler({ processes, clock, store }: SamplerParts): { stop(): void } {
  const time = new AscendingTime(clock)
  let timer: NodeJS.Timeout | null = null
  let stopped = false
  store.beginGap('process', time.now(), 'not_seen_yet')

  const look = async () => {
    const seen = await workersOf(processes)
    if (stopped) return
    const at = time.now()
    if (typeof seen === 'string') {
      // A reading without rows cannot be written: that there is no worker is said as the reason.
      store.beginGap('process', at, seen)
    } else {
      store.endGap('process', at)
      store.addProcesses(at, seen)
    }
    timer = setTimeout(look, LOOK_EVERY_MS)
  }
  void look()

  return {
    stop: () => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}

/** Or why there are none to see. */
async function workersOf(
  processes: SamplerParts['processes'],
): Promise<readonly WorkerSighting[] | GapReason> {
  try {
    const file = await processes.readPidFile()
    const master = file.kind === 'pid' ? await processes.sight(file.pid) : null
    if (master === null) return 'no_master'
    return master.workers.length === 0 ? 'no_worker' : master.workers
  } catch {
    return 'process_table_unreadable' // no descriptors left, as a rule: said by the gap, and tried again
  }
}

/** What is known of the machine around the target: for the console's header and for support. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { IntakeCounters, SystemStatus } from '#domain/schemas/admin-api.ts'
import {
  DEMONSTRATION_STATUS_FILE,
  demonstrationStatus,
  type DemonstrationStatus,
} from '#domain/schemas/demonstration.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { EpochMs } from '#domain/time.ts'
import type { SystemView } from '#agent/api/routes/system-status.ts'
import type { MetricsScrape } from '#agent/intake/metrics-scrape.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { DatagramSource } from '#agent/ports/datagrams.ts'
import type { TargetProcesses } from '#agent/ports/target-processes.ts'
import { VERSION } from '#agent/version.ts'
import { isWatchdogRunning } from './watchdog-liveness.ts'

interface SystemViewParts {
  contract: RuntimeContract
  healthUrl: string
  startedAt: EpochMs
  clock: Clock
  datagrams: Pick<DatagramSource, 'port' | 'droppedByKernel'>
  counters: () => IntakeCounters
  scrape: Pick<MetricsScrape, 'status'> | null
  processes: Pick<TargetProcesses, 'readPidFile' | 'sight'>
}

export function systemView({
  contract,
  healthUrl,
  startedAt,
  clock,
  counters,
  datagrams,
  processes,
  scrape,
}: SystemViewParts): SystemView {
  return {
    async read(): Promise<SystemStatus> {
      const file = await processes.readPidFile()
      const master = file.kind === 'pid' ? await processes.sight(file.pid) : null
      return {
        agent: {
          version: VERSION,
          pid: process.pid,
          started_at: startedAt,
          rss_bytes: process.memoryUsage.rss(),
        },
        target: {
          name: contract.kind === 'demonstration' ? 'demonstration' : contract.units.target,
          bind: contract.bind,
          health_url: healthUrl,
          kind: contract.kind,
          // A pid file may outlive its process: without a process there is no master.
          master_pid: master?.identity.pid ?? null,
          worker_count: master?.workers.length ?? null,
        },
        watchdog: { running: await isWatchdogRunning(contract.paths.runtime_dir, clock.wallNow()) },
        intake: {
          statsd_address: `127.0.0.1:${datagrams.port}`,
          ...counters(),
          kernel_drops: datagrams.droppedByKernel(),
        },
        scrape: scrape?.status() ?? null,
        demonstration:
          contract.kind === 'demonstration' ? await readDemonstration(contract.paths.runtime_dir) : null,
      }
    },
  }
}

async function readDemonstration(runtimeDir: string): Promise<DemonstrationStatus | null> {
  const text = await readFile(join(runtimeDir, DEMONSTRATION_STATUS_FILE), 'utf8').catch(() => 'null')
  try {
    return demonstrationStatus.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null // unreadable: the console then says only that the contract is a demonstration's
  }
}

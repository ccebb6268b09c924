/**
 * From the start of the process to its first look and first sign of life, with Node's compile cache as it is when
 * installed and without one; and what one look costs, by the real parts in this process.
 */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '#agent/system/clock.ts'
import { openTargetProcesses } from '#agent/system/target-processes.ts'
import { WATCHDOG_STATUS_FILE } from '#domain/schemas/watchdog-status.ts'
import { Watched } from '../../integration/support/watched.ts'
import { waitFor } from '../../integration/support/wait.ts'
import { processorMs } from '../support/process-cost.ts'
import { Story } from '../support/report.ts'
import { rounded, summaryIn } from '../support/statistics.ts'
import { SHIPPED } from '../support/watching.ts'

const STARTS = 10
const LOOKS = 500
/** Short intervals, so that a few seconds hold enough looks to be counted by the kernel's 10 ms. */
const OFTEN = { ...SHIPPED, HOLDFAST_PROBE_INTERVAL_S: '0.02' }
const OFTEN_MS = 5_000

const story = await Story.open('start-up')
const stage = new Watched()
try {
  await stage.startTarget({ workers: 4 })
  await starts('with the compile cache', {})
  await starts('without a compile cache', { NODE_COMPILE_CACHE: '', NODE_DISABLE_COMPILE_CACHE: '1' })
  await sights()
  await looks()
} finally {
  await stage.close()
}
story.close()

async function starts(how: string, env: Record<string, string>): Promise<void> {
  const status = join(stage.runtimeDir, WATCHDOG_STATUS_FILE)
  const tookMs: number[] = []
  for (let number = 0; number < STARTS; number += 1) {
    rmSync(status, { force: true })
    const from = systemClock.monotonicNow()
    const watchdog = stage.startWatchdog({ ...SHIPPED, ...env })
    await waitFor('its first look', () => existsSync(status), { everyMs: 2 })
    tookMs.push(systemClock.monotonicNow() - from)
    watchdog.kill('SIGTERM')
    await once(watchdog, 'exit')
  }
  story.measured(`start of the process → first look done, ${how}`, summaryIn('ms', tookMs))
}

async function sights(): Promise<void> {
  const processes = openTargetProcesses(stage.pidFile)
  const tookMs: number[] = []
  for (let number = 0; number < LOOKS; number += 1) {
    const from = systemClock.monotonicNow()
    await processes.sight(stage.masterPid)
    tookMs.push(systemClock.monotonicNow() - from)
  }
  processes.close()
  story.measured('one look at the process table, master and 4 workers', summaryIn('ms', tookMs))
}

/** Everything that a look does: its probe over HTTP, by which the looks are counted, its journals and its files. */
async function looks(): Promise<void> {
  let probes = 0
  const health = createServer((_request, response) => {
    probes += 1
    response.end('{"status":"healthy"}')
  }).listen(0, '127.0.0.1')
  await once(health, 'listening')
  const { port } = health.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/health`
  const watchdog = stage.startWatchdog({ ...OFTEN, HOLDFAST_TARGET_HEALTH_URL: url })
  await waitFor('its first probes', () => probes > 20)
  const pid = watchdog.pid ?? 0
  const before = { cpuMs: processorMs(pid), probes }
  await pause(OFTEN_MS)
  const count = probes - before.probes
  story.measured('one whole look with its probe, processor time', {
    looks: count,
    mean_ms: rounded((processorMs(pid) - before.cpuMs) / count),
  })
  health.close()
}

/**
 * The watchdog beside a gunicorn that is well, with nothing to do: its memory, and its processor time by the kernel's
 * own count (steps of 10 ms), over a minute after it has settled. Its peers rest beside it, each with one service.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { Watched } from '../../integration/support/watched.ts'
import { Peers } from '../support/peers.ts'
import { memoryMiB, processorMs } from '../support/process-cost.ts'
import { Story, type Limit } from '../support/report.ts'
import { rounded } from '../support/statistics.ts'
import { SHIPPED, tailOf } from '../support/watching.ts'

const SETTLE_MS = 5_000
const MEASURE_MS = 60_000
const LIMITS = { rss_mib: { atMost: 70 }, cpu_pct_of_a_core: { atMost: 0.5 } }

interface Rests {
  readonly name: string
  readonly pid: number
  readonly limits: Readonly<Record<string, Limit>>
}

const story = await Story.open('at-rest')
const stage = new Watched()
const peers = await Peers.start({ resting: 'serve' })
try {
  await stage.startTarget({ workers: 4 })
  const watchdog = stage.startWatchdog(SHIPPED)
  await tailOf(stage)
  const resting: Rests[] = [{ name: 'holdfast watchdog', pid: watchdog.pid ?? 0, limits: LIMITS }]
  for (const peer of peers.all) {
    if ('whyNot' in peer) story.notMeasured(peer.name, peer.whyNot)
    else resting.push({ name: peer.name, pid: peer.pid, limits: {} })
  }
  await pause(SETTLE_MS)
  const before = resting.map(({ pid }) => processorMs(pid))
  await pause(MEASURE_MS)
  for (const [index, { name, pid, limits }] of resting.entries()) {
    const cpuMs = processorMs(pid) - (before[index] ?? 0)
    const { now, most } = memoryMiB(pid)
    const figures = {
      rss_mib: now,
      most_rss_mib: most,
      cpu_pct_of_a_core: rounded((cpuMs / MEASURE_MS) * 100),
      cpu_ms_a_minute: cpuMs,
    }
    story.measured(`at rest for ${MEASURE_MS / 1000} s: ${name}`, figures, limits)
  }
} finally {
  await peers.stop()
  await stage.close()
}
story.close()

/**
 * The intake under 20,000 datagrams a second, as many as 6,667 requests: none lost on the agent's own way, what the
 * kernel threw away counted apart, and memory that does not grow. `MINUTES=n` makes it shorter than ten.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { SystemStatus } from '#domain/schemas/admin-api.ts'
import { run, scratch } from '../support/holdfast.ts'
import { signIn, withAdmin } from '../support/signed-in.ts'
import { until } from '../support/until.ts'
import { Story } from './support/report.ts'
import { rounded } from './support/statistics.ts'

const PER_S = 20_000
const MINUTES = Number(process.env['MINUTES'] ?? 10)
/** By then the memory holds as many samples as it ever will. */
const FULL_AFTER_S = 180
const LOOK_EVERY_MS = 5_000

const story = await Story.open('intake')
const place = scratch()
const agent = run(['tools/holdfast.mjs', 'serve'], {
  ...withAdmin(place),
  HOLDFAST_TARGET_HEALTH_URL: 'http://127.0.0.1:9/health',
  HOLDFAST_STATSD_PORT: '0',
})
try {
  const line = await until('the agent listens', () => /\{.*statsd_port.*\}/.exec(agent.stderr())?.[0])
  const said = JSON.parse(line) as { url: string; statsd_port: number }
  const read = await signIn(said.url)
  const sender = spawn(
    process.execPath,
    [
      join(import.meta.dirname, 'support/sender.ts'),
      String(said.statsd_port),
      String(PER_S),
      String(MINUTES * 60),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let sent = ''
  sender.stdout.on('data', (chunk: Buffer) => (sent += chunk.toString()))
  const from = performance.now()
  const rssMib: { atS: number; mib: number }[] = []
  const processorBefore = processorS()
  while (sender.exitCode === null) {
    await Promise.race([once(sender, 'exit'), pause(LOOK_EVERY_MS)])
    rssMib.push({ atS: (performance.now() - from) / 1000, mib: agentRssMib() })
  }
  const wallS = (performance.now() - from) / 1000
  const processorPct = ((processorS() - processorBefore) / wallS) * 100
  const { intake } = ((await (await read('admin/api/system-status')).json()) as { data: SystemStatus }).data
  const kernelDrops = intake.kernel_drops ?? 0
  const lost = Number(sent) - intake.datagrams - kernelDrops
  const full = rssMib.filter(({ atS }) => atS > FULL_AFTER_S).map(({ mib }) => mib)
  story.measured(
    `${PER_S} datagrams a second for ${MINUTES} min`,
    {
      sent: Number(sent),
      per_s: Math.round(Number(sent) / wallS),
      read: intake.datagrams,
      samples: intake.samples,
      kernel_drops: kernelDrops,
      lost_by_the_agent: lost,
      unused: intake.malformed + intake.foreign + intake.oversize,
      processor_pct_of_a_core: rounded(processorPct),
      highest_rss_mib: rounded(Math.max(...rssMib.map(({ mib }) => mib))),
      ...(full.length > 1 ? { growth_once_full_mib: rounded((full.at(-1) ?? 0) - (full[0] ?? 0)) } : {}),
    },
    {
      lost_by_the_agent: { exactly: 0 },
      unused: { exactly: 0 },
      ...(full.length > 1 ? { growth_once_full_mib: { atMost: 10 } } : {}),
    },
  )
} finally {
  agent.process.kill('SIGTERM')
  await agent.ended
  place.remove()
}
story.close()

function agentRssMib(): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${agent.process.pid}/status`, 'utf8'))?.[1]) / 1024
}

function processorS(): number {
  const stat = readFileSync(`/proc/${agent.process.pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

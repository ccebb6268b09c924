/**
 * The agent at rest: memory and processor time of its own process while the calm demonstration runs and one
 * console is open in a real browser. The limits are the foundation's: 100 MiB, 1.5 % of a core.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import type { SystemStatus } from '#domain/schemas/admin-api.ts'
import { CHROMIUM, CHROMIUM_FLAGS } from '../chromium.ts'
import { readyUrl, run, scratch } from '../support/holdfast.ts'
import { signedInState, signIn, withAdmin } from '../support/signed-in.ts'

const SETTLE_MS = 10_000
const MEASURE_MS = 60_000
const TICKS_PER_SECOND = 100

const place = scratch()
const started = run(['tools/start.mjs', '--scenario', 'calm'], withAdmin(place))
const from = performance.now()
const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS })
try {
  const url = await readyUrl(started)
  const readyMs = Math.round(performance.now() - from)
  const page = await browser.newPage(await signedInState(url))
  await page.goto(url)
  await pause(SETTLE_MS)
  const status = (await (await (await signIn(url))('admin/api/system-status')).json()) as {
    data: SystemStatus
  }
  const { pid } = status.data.agent
  const before = cpuSeconds(pid)
  await pause(MEASURE_MS)
  const cpuPct = ((cpuSeconds(pid) - before) / (MEASURE_MS / 1000)) * 100
  const rssMiB = rssBytes(pid) / 1_048_576
  const figures = { ready_ms: readyMs, rss_mib: round(rssMiB), cpu_pct_of_a_core: round(cpuPct), consoles: 1 }
  process.stdout.write(`${JSON.stringify(figures)}\n`)
  if (rssMiB > 100 || cpuPct > 1.5) process.exitCode = 1
} finally {
  await browser.close()
  started.process.kill('SIGTERM')
  await started.ended
  place.remove()
}

function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

function rssBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

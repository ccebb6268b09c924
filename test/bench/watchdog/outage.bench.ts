/**
 * What happens to the target without anybody asking: how soon the watchdog knows. Each moment is on CLOCK_MONOTONIC,
 * the fault's when it was caused, the watchdog's own as its journal has it.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { seededRandom } from '#agent/demo/seeded-random.ts'
import { systemClock } from '#agent/system/clock.ts'
import { processesMentioning } from '../../integration/support/processes.ts'
import { waitFor } from '../../integration/support/wait.ts'
import { Watched } from '../../integration/support/watched.ts'
import type { JournalTail } from '../support/journal-tail.ts'
import { Story, type Limit } from '../support/report.ts'
import { summaryIn } from '../support/statistics.ts'
import { bareReload, SHIPPED, tailOf, UNLIMITED } from '../support/watching.ts'

const OPTIONAL_FILE = join(import.meta.dirname, '../../../deploy/gunicorn/holdfast.conf.py')
const DEATHS = 10
const BOOT_LOOPS = 3
const FAILURES = 5
/** How long a round waits for the guard. */
const LOOP_MS = 10_000

const GOOD = `
def app(environ, start_response):
    start_response('200 OK', [('Content-Type', 'application/json')])
    return [b'{"status": "healthy"}']
`

const random = seededRandom(4)
const story = await Story.open('outage')
await masterKilled('without the optional gunicorn file', [], 250)
if (existsSync(OPTIONAL_FILE)) {
  await masterKilled('with the optional gunicorn file', ['--config', OPTIONAL_FILE], 10)
} else {
  story.measured(
    'master killed, with the optional gunicorn file',
    { there: false },
    { there: { exactly: true } },
  )
}
await bootLoop()
await targetDead('answers 503', (stage) => stage.tellHealth({ status: 'unhealthy' }), {
  max_ms: { atMost: 3_000 },
})
// No limit: three probes in a row that each take their whole 0.8 s, begun a second apart, are 2.8 to 3.8 s.
await targetDead('accepts, and never answers', (stage) => signalAll(stage, 'SIGSTOP'), {})
story.close()

async function masterKilled(how: string, args: readonly string[], p95Ms: number): Promise<void> {
  const stage = new Watched()
  try {
    await stage.startTarget({ args })
    stage.startWatchdog(SHIPPED)
    const tail = await tailOf(stage)
    const noticedMs: number[] = []
    for (let death = 0; death < DEATHS; death += 1) {
      if (death > 0) {
        const serves = tail.next('target_changed', { where: ({ event }) => event.to === 'serving' })
        await Promise.all([stage.startTarget(), serves])
      }
      // At any moment of its round.
      await pause(random() * 1_000)
      const from = systemClock.monotonicNow()
      process.kill(stage.masterPid, 'SIGKILL')
      const { time } = await tail.next('target_changed', {
        where: ({ event }) => event.to === 'master_missing',
      })
      noticedMs.push(time.monotonic - from)
      await endOrphans(stage)
    }
    story.measured(`master killed, ${how} → noticed`, summaryIn('ms', noticedMs), {
      p95_ms: { atMost: p95Ms },
    })
  } finally {
    await stage.close()
  }
}

/** gunicorn's workers serve on for seconds without their master, and the next one could not listen. */
async function endOrphans({ pidFile }: Watched): Promise<void> {
  await waitFor('no orphans', () => {
    const left = processesMentioning(pidFile)
    for (const { pid } of left) process.kill(pid, 'SIGKILL')
    return left.length === 0
  })
  rmSync(pidFile, { force: true })
}

/** From the first worker that cannot boot: gunicorn starts the next at once, for ever, and says nothing. */
async function bootLoop(): Promise<void> {
  const guardedMs: number[] = []
  for (let round = 0; round < BOOT_LOOPS; round += 1) {
    const stage = new Watched()
    try {
      const stop = join(stage.directory, 'stop')
      await stage.startTarget()
      stage.writeApp(`import os\nif os.path.exists(${JSON.stringify(stop)}): os._exit(1)\n${GOOD}`)
      const tail = await reloaded(stage)
      await pause(random() * 1_000)
      writeFileSync(stop, '')
      const from = systemClock.monotonicNow()
      signalAll(stage, 'SIGKILL')
      const latched = await tail
        .next('guard_latched', {
          withinMs: LOOP_MS,
          where: ({ event }) => event.reason === 'worker_boot_loop',
        })
        .catch(() => null)
      guardedMs.push((latched?.time.monotonic ?? from + LOOP_MS) - from)
    } finally {
      await stage.close()
    }
  }
  story.measured(`worker boot loop → guarded (${LOOP_MS} ms: not by then)`, summaryIn('ms', guardedMs), {
    max_ms: { atMost: 2_000 },
  })
}

/** With the application of the round, and a watchdog that has seen it for a while. */
async function reloaded(stage: Watched): Promise<JournalTail> {
  await bareReload(stage)
  stage.startWatchdog(SHIPPED)
  const tail = await tailOf(stage)
  // Past the age at which a worker that ends counts as one that could not boot.
  await pause(3_500)
  return tail
}

/** With the probe as it ships: once a second, three in a row. */
async function targetDead(
  how: string,
  dies: (stage: Watched) => void,
  limits: Readonly<Record<string, Limit>>,
): Promise<void> {
  const stage = new Watched()
  try {
    await stage.startTarget({ args: ['--graceful-timeout', '1'] })
    stage.startWatchdog(UNLIMITED)
    const tail = await tailOf(stage)
    const decidedMs: number[] = []
    for (let failure = 0; failure < FAILURES; failure += 1) {
      await pause(1_500 + random() * 1_000)
      const from = systemClock.monotonicNow()
      dies(stage)
      const { time } = await tail.next('request_claimed', {
        where: ({ event }) => event.ask.source === 'auto',
      })
      decidedMs.push(time.monotonic - from)
      stage.tellHealth({ status: 'healthy' })
      signalAll(stage, 'SIGCONT')
      await tail.next('outcome', { withinMs: 60_000 })
    }
    story.measured(`target dead (${how}) → decision`, summaryIn('ms', decidedMs), limits)
  } finally {
    await stage.close()
  }
}

function signalAll({ workers }: Watched, signal: NodeJS.Signals): void {
  for (const pid of workers) {
    try {
      process.kill(pid, signal)
    } catch {
      // Replaced since it was listed.
    }
  }
}

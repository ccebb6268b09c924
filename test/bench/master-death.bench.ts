/**
 * A gunicorn master killed with SIGKILL: how long until it is in the watchdog's journal and status, with
 * `deploy/gunicorn/holdfast.conf.py` and without. The limits are 10 ms and 250 ms at the 95th percentile.
 */
import { watch } from 'node:fs'
import { WATCHDOG_STATUS_FILE } from '#domain/schemas/watchdog-status.ts'
import { HOLDFAST_CONF, Watched } from '../integration/support/watched.ts'
import { waitFor } from '../integration/support/wait.ts'

const ROUNDS = Number(process.env['ROUNDS'] ?? 20)
const LIMIT_MS = { with_file: 10, without: 250 }

const figures = {
  rounds: ROUNDS,
  with_file: summary(await measure(['--config', HOLDFAST_CONF])),
  without: summary(await measure([])),
}
process.stdout.write(`${JSON.stringify(figures)}\n`)
if (figures.with_file.p95 > LIMIT_MS.with_file || figures.without.p95 > LIMIT_MS.without) process.exitCode = 1

async function measure(args: readonly string[]): Promise<number[]> {
  const target = new Watched()
  try {
    await target.startTarget({ args })
    target.startWatchdog({ HOLDFAST_PROBE_INTERVAL_S: '1' })
    const delays: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      await waitFor('the target serves', () => target.status?.target === 'serving')
      // Anywhere between two looks.
      await new Promise((done) => setTimeout(done, 1000 * (round / ROUNDS)))
      delays.push(await deathNoticed(target))
      await target.endOrphans()
      await target.startTarget()
    }
    return delays
  } finally {
    await target.close()
  }
}

function deathNoticed(target: Watched): Promise<number> {
  return new Promise((noticed) => {
    const watcher = watch(target.runtimeDir, (_event, name) => {
      if (name !== WATCHDOG_STATUS_FILE || target.status?.target !== 'master_missing') return
      watcher.close()
      noticed(performance.now() - killedAt)
    })
    const killedAt = performance.now()
    process.kill(target.masterPid, 'SIGKILL')
  })
}

function summary(delays: number[]): { median: number; p95: number; max: number } {
  const sorted = delays.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(10 * (sorted[Math.ceil(share * sorted.length) - 1] ?? 0)) / 10
  return { median: at(0.5), p95: at(0.95), max: at(1) }
}

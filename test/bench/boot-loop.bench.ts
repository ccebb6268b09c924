/**
 * A reload of an application whose workers die at boot, by somebody who did not ask Holdfast: how long until the guard is
 * latched, with the preset probe interval of a second. The limit is two seconds.
 */
import { Watched } from '../integration/support/watched.ts'
import { waitFor } from '../integration/support/wait.ts'

const ROUNDS = Number(process.env['ROUNDS'] ?? 10)
const LIMIT_MS = 2_000

const delays: number[] = []
for (let round = 0; round < ROUNDS; round++) delays.push(await guardedAfter(round / ROUNDS))
delays.sort((a, b) => a - b)
process.stdout.write(
  `${JSON.stringify({ rounds: ROUNDS, median: delays[ROUNDS >> 1], max: delays.at(-1) })}\n`,
)
if ((delays.at(-1) ?? 0) > LIMIT_MS) process.exitCode = 1

/** `phase`: of the time between two probes. */
async function guardedAfter(phase: number): Promise<number> {
  const target = new Watched()
  try {
    await target.startTarget()
    target.startWatchdog({ HOLDFAST_PROBE_INTERVAL_S: '1' })
    await waitFor('the target serves', () => target.status?.target === 'serving')
    await new Promise((done) => setTimeout(done, 1000 * phase))
    target.writeApp('import os\nos._exit(7)\n')
    const onset = Date.now()
    process.kill(target.masterPid, 'SIGHUP')
    await target.event('guard_latched')
    const row = (await target.rows()).find(({ event }) => event.type === 'guard_latched')
    return (row?.time.wall ?? Infinity) - onset
  } finally {
    await target.close()
  }
}

/** WD14: what a restart is judged on reaches the watchdog from the requests themselves, through the agent. */
import { expect, onTestFinished, test } from 'vitest'
import { failingShare } from '#domain/watchdog/failing-requests.ts'
import { watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'
import { systemClock } from '#agent/system/clock.ts'
import { bootId } from '#agent/system/proc-stat.ts'
import { readTrafficIn } from '#agent/system/traffic-file.ts'
import { holdfast, readyUrl, run, scratch } from '../support/holdfast.ts'
import { until } from '../support/until.ts'

test('WD14 a dependency that is down fails requests before and after a restart, which therefore did not help', async () => {
  const place = scratch()
  onTestFinished(() => place.remove())
  const started = run(['tools/start.mjs', '--scenario', 'dependency-down'], place.env)
  onTestFinished(async () => {
    started.process.kill('SIGTERM')
    await started.ended
  })
  await readyUrl(started)
  const now = () => ({
    wall: systemClock.wallNow(),
    monotonic: systemClock.monotonicNow(),
    boot: bootId(),
  })
  const failing = () => failingShare(readTrafficIn(place.runtimeDir), 0, now()) ?? 0
  await until('requests that fail', async () => failing() > 0.05, 30_000)

  const override = ['--override', '--acknowledge', '--reason', 'rehearsal']
  expect((await holdfast(['restart', ...override], place.env)).code).toBe(0)
  const rows = await openJournalReader(watchdogJournalPath(place.stateDir)).read(0, 1000)
  const evidence = rows.flatMap(({ event }) => (event.type === 'outcome' ? [event] : []))
  expect(evidence).toMatchObject([{ success: true, helped: false }])
  expect(evidence[0]?.after?.error_ratio).toBeGreaterThan(0.05)
})

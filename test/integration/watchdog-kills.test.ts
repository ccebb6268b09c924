/** A short, fixed part of what `npm run bench:watchdog -- kills` does five hundred times. */
import { expect, test } from 'vitest'
import { killAtRandom } from './support/kills.ts'

test('WD9 killed fifteen times at random moments of restarts: each request has one end, and no signal is uncounted', async () => {
  const report = await killAtRandom({ kills: 15, seed: 15 })
  expect(report).toMatchObject({
    lost: 0,
    endedTwice: 0,
    underCounted: 0,
    unaccounted: 0,
    claimsLeft: 0,
    chain: 'whole',
  })
  // Else nothing was tried.
  expect(report.acknowledged).toBeGreaterThan(0)
  expect(report.signals).toBeGreaterThan(0)
}, 180_000)

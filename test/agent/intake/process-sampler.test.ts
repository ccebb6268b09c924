import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startProcessSampler } from '#agent/intake/process-sampler.ts'
import { pageOf } from '#agent/api/raw-forms.ts'
import type { MasterSighting, PidFile } from '#agent/ports/target-processes.ts'
import { RawStore } from '#agent/store/raw-store.ts'
import { ManualClock } from '../manual-clock.ts'
import { noRestarts } from '../no-restarts.ts'

const clock = new ManualClock()
const START = clock.wallNow()
let store: RawStore
let sampler: { stop(): void }
/** By pid: its memory. null: there is no master. */
let workers: Record<number, number> | null
let file: PidFile
let looks: number

const processes = {
  readPidFile: async () => file,
  sight: async (pid: number): Promise<MasterSighting | null> => {
    looks += 1
    if (workers === null) return null
    const sighted = Object.entries(workers).map(([worker, rssBytes]) => ({
      pid: Number(worker),
      startTicks: 1,
      ageMs: 1,
      rssBytes,
    }))
    const identity = { pid, start_ticks: 1, boot: 'a boot', exe: '/usr/bin/python3' }
    return {
      ...{ identity, uid: 1, cmdline: [], cwd: '/', ageMs: 1, upgradeOf: null, forkOf: null },
      ...{ workers: sighted, reaped: 0 },
    }
  },
}

beforeEach(async () => {
  vi.useFakeTimers()
  clock.setWallBy(START - clock.wallNow())
  store = new RawStore({ epoch: '0123abcd', startedAt: START, readRestarts: noRestarts })
  workers = { 21: 100, 22: 200 }
  file = { kind: 'pid', pid: 20, stamp: '1' }
  looks = 0
  sampler = startProcessSampler({ processes, clock, store })
  await vi.advanceTimersByTimeAsync(0)
})
afterEach(() => {
  sampler.stop()
  vi.useRealTimers()
})

async function pass(ms: number): Promise<void> {
  clock.pass(ms)
  await vi.advanceTimersByTimeAsync(ms)
}

function page() {
  const now = clock.wallNow() + 1
  const { process, gaps } = pageOf(store.window(['process'], now - START, now))
  return { ...process, gaps: gaps.map((gap) => ({ ...gap, from: gap.from - START, to: gap.to - START })) }
}

test('IN1 a reading is one row for each worker, all under one time; the master is none of them', async () => {
  workers = { 21: 110, 23: 300, 24: 0 }
  await pass(5000)
  expect(page()).toEqual({
    t: [START, START, START + 5000, START + 5000, START + 5000],
    pid: [21, 22, 21, 23, 24],
    rss_bytes: [100, 200, 110, 300, 0],
    gaps: [],
  })
})

test('it looks every five seconds, and no more once it is stopped', async () => {
  await pass(4999)
  expect(looks).toBe(1)
  await pass(1)
  expect(looks).toBe(2)
  sampler.stop()
  await pass(60_000)
  expect(looks).toBe(2)
})

test.each([
  ['no_worker', () => (workers = {})],
  ['no_master', () => (workers = null)],
  ['no_master', () => (file = { kind: 'missing' })],
  ['no_master', () => (file = { kind: 'unreadable', detail: 'no number' })],
])('IN3 %s is a gap until the next reading, and no row is made up', async (reason, change) => {
  change()
  await pass(5000)
  workers = { 31: 1 }
  file = { kind: 'pid', pid: 30, stamp: '2' }
  await pass(5000)
  expect(page()).toMatchObject({
    pid: [21, 22, 31],
    gaps: [{ stream: 'process', from: 5000, to: 10_000, reason }],
  })
})

test('BI1 a process table that cannot be read is a gap, and is tried again', async () => {
  const sight = vi.spyOn(processes, 'sight').mockRejectedValueOnce(new Error('EMFILE'))
  await pass(5000)
  expect(page().gaps).toMatchObject([{ reason: 'process_table_unreadable' }])
  await pass(5000)
  expect(page()).toMatchObject({ pid: [21, 22, 21, 22], gaps: [{ from: 5000, to: 10_000 }] })
  sight.mockRestore()
})

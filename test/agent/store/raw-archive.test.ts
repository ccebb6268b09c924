import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HistogramLog } from '#agent/store/histogram-log.ts'
import { RawArchive } from '#agent/store/raw-archive.ts'
import { PLACED_STREAMS } from '#agent/store/raw-cursor.ts'
import { lastHour, RawSamples } from '#agent/store/raw-samples.ts'
import { RawStore, type RawSlice } from '#agent/store/raw-store.ts'
import { startRawArchiver } from '#agent/serve/raw-archiver.ts'
import { tallyOf } from '#domain/metrics/requests.ts'
import { HISTOGRAM_ERROR, RequestHistogram } from '#domain/metrics/request-histogram.ts'
import { seededRandom } from '#agent/demo/seeded-random.ts'
import { noRestarts } from '../no-restarts.ts'

const START = Date.UTC(2026, 1, 8, 3, 0)
const MINUTE = 60_000
let stateDir: string
let archive: RawArchive
let histograms: HistogramLog
let told: object[]
let store: RawStore

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'holdfast-archive-'))
  told = []
  archive = new RawArchive(stateDir, (_level, _message, details) => told.push(details))
  histograms = new HistogramLog(stateDir)
  store = newStore(START)
})
afterEach(() => rmSync(stateDir, { recursive: true, force: true }))

function newStore(startedAt: number): RawStore {
  return new RawStore({ epoch: '0123abcd', startedAt, readRestarts: noRestarts })
}

/** A little of everything, three times a second. */
function live(from: number, to: number, into = store): void {
  const random = seededRandom(from % 1_000_000)
  for (let t = from; t < to; t += 300) {
    into.addRequest(t, Math.ceil(random() * 900_000) / 1000, random() < 0.1 ? 503 : 200)
    into.addPool(t, Math.floor(random() * 30), 30)
    into.addCache(t, { l1Hits: t - START, l2Hits: 7, misses: 1 })
    into.addProbe(t, probeAt(t, random()))
    into.addProcesses(t, [
      { pid: 41, rssBytes: 1e6 },
      { pid: 42, rssBytes: 2e6 },
    ])
    into.addBreakerState(t, random() < 0.1 ? 'OPEN' : 'CLOSED')
  }
}

function probeAt(t: number, chance: number): { ok: boolean; latencyMs: number | null; reason: string } {
  const ok = chance < 0.5
  return { ok, latencyMs: ok ? 4.5 : null, reason: t % 600 === 0 ? '' : 'pool' }
}

/** As plain lists: how they lie in memory is nobody's concern. */
function plain({ window, gaps, streams }: RawSlice): unknown {
  const lists = Object.entries(streams).map(([stream, columns]) => [
    stream,
    Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, Array.from(column as number[])]),
    ),
  ])
  return { window, gaps, streams: Object.fromEntries(lists) as object }
}

async function archiveUpTo(end: number): Promise<void> {
  for (let from = START; from < end; from += MINUTE) {
    const slice = store.between(from, from + MINUTE)
    await archive.write(slice)
  }
}

function samples(writtenTo: number, held: Pick<RawStore, 'between'> = store): RawSamples {
  return new RawSamples({ store: held, archive, histograms, writtenTo: () => writtenTo })
}

function sumOf(requests: RawSlice['streams']['requests']): RequestHistogram {
  const sum = new RequestHistogram()
  requests?.duration_ms.forEach((ms, row) => sum.addRequest(ms, requests.status[row] ?? 0))
  return sum
}

const names = () => readdirSync(join(stateDir, 'raw')).toSorted()
const pathOf = (index: number) => join(stateDir, 'raw', names()[index] ?? '')

test('IN4 a window that lies half on disk and half in memory is as it came in', async () => {
  live(START, START + 5 * MINUTE)
  await archiveUpTo(START + 3 * MINUTE)
  const [from, to] = [START + 30_000, START + 4.5 * MINUTE]
  const held = store.between(from, to)
  const younger = {
    between: (since: number, until: number) => {
      // The end alone is asked for where only the restarts are wanted.
      expect(since, 'what the disk has is not looked for in memory').toBeGreaterThanOrEqual(
        START + 3 * MINUTE,
      )
      return store.between(since, until)
    },
  }
  expect(held.streams.requests?.t.length).toBeGreaterThan(700)
  expect(plain(await samples(START + 3 * MINUTE, younger).between(from, to))).toEqual(plain(held))
})

test('IN3 a stretch that is torn is a gap of each stream, and the others are whole', async () => {
  live(START, START + 3 * MINUTE)
  await archiveUpTo(START + 3 * MINUTE)
  truncateSync(pathOf(1), 500)
  const found = await samples(START + 3 * MINUTE).between(START, START + 3 * MINUTE)
  expect(found.gaps).toEqual(
    PLACED_STREAMS.map((stream) => ({
      stream,
      from: START + MINUTE,
      to: START + 2 * MINUTE,
      reason: 'archive_unreadable',
    })),
  )
  expect(told).toMatchObject([{ file: pathOf(1), fault: 'Z_BUF_ERROR' }])
  const times = Array.from(found.streams.requests?.t ?? [])
  expect(times.filter((t) => t < START + MINUTE).length).toBeGreaterThan(150)
  expect(times.filter((t) => t >= START + 2 * MINUTE).length).toBeGreaterThan(150)
  expect(times.some((t) => t >= START + MINUTE && t < START + 2 * MINUTE)).toBe(false)
})

test('IN3 a stretch that was never written is a gap, and what lies there and is not ours is left alone', async () => {
  live(START, START + 3 * MINUTE)
  await archiveUpTo(START + 3 * MINUTE)
  rmSync(pathOf(1))
  writeFileSync(join(stateDir, 'raw', 'notes.txt'), 'mine')
  writeFileSync(join(stateDir, 'raw', 'half.frame.gz.new'), 'torn')
  await archive.prepare()
  expect(names()).toEqual([names()[0], names()[1], 'notes.txt'])
  const { gaps } = await samples(START + 3 * MINUTE).between(START, START + 3 * MINUTE)
  expect(gaps).toContainEqual({
    stream: 'requests',
    from: START + MINUTE,
    to: START + 2 * MINUTE,
    reason: 'not_recorded',
  })
  expect(gaps).toHaveLength(PLACED_STREAMS.length)
})

test('IN3 after a restart the last hour is there again, and the time between is a gap', async () => {
  live(START, START + 2 * MINUTE)
  await archiveUpTo(START + 2 * MINUTE)
  const again = START + 2 * MINUTE + 5_000
  const reborn = newStore(again)
  const earlier = await lastHour(archive, again)
  if (earlier !== null) reborn.restore(earlier)
  live(again, again + MINUTE, reborn)
  const known = plain(store.between(START, START + 2 * MINUTE)) as { streams: object }
  const found = plain(reborn.between(START, START + 2 * MINUTE)) as { streams: object }
  expect(found.streams).toEqual(known.streams)
  const { head } = reborn.window(['requests', 'probe'], 10 * MINUTE, again + MINUTE)
  expect(head.gaps).toEqual(
    ['requests', 'probe'].flatMap((stream) => [
      { stream, from: again + MINUTE - 10 * MINUTE, to: START, reason: 'before_agent_start' },
      { stream, from: START + 2 * MINUTE, to: again, reason: 'not_recorded' },
    ]),
  )
})

test('IN4 the oldest go: by age, and by what all of them take', async () => {
  live(START, START + 4 * MINUTE)
  await archiveUpTo(START + 4 * MINUTE)
  const now = START + 4 * MINUTE
  const all = await archive.blocks()
  const [, , third, fourth] = await Promise.all(all.map((block) => archive.bytesOf(block)))
  const two = (third ?? 0) + (fourth ?? 0)
  const trial = await archive.prune({ keepMs: 2 * MINUTE, bytesMax: 1e9 }, now, { isDryRun: true })
  expect(trial).toMatchObject({ files: 1, kept: 3 })
  expect(await archive.blocks()).toHaveLength(4)
  expect(await archive.prune({ keepMs: 2 * MINUTE, bytesMax: 1e9 }, now)).toMatchObject({ files: 1, kept: 3 })
  await archive.prune({ keepMs: 100 * MINUTE, bytesMax: two }, now)
  expect((await archive.blocks()).map(({ from }) => from)).toEqual([START + 2 * MINUTE, START + 3 * MINUTE])
})

test('IN4 what could not be written is written later, whole', async () => {
  live(START, START + 3 * MINUTE)
  let now = START + MINUTE + 2_000
  const failing = {
    ...(archive as object),
    write: async (slice: RawSlice) => {
      if (now < START + 2 * MINUTE) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      await archive.write(slice)
    },
    prune: async () => ({ files: 0, bytes: 0, kept: 0 }),
  } as unknown as RawArchive
  const archiver = startRawArchiver({
    store,
    archive: failing,
    histograms,
    retention: { keepMs: 100 * MINUTE, bytesMax: 1e9 },
    time: { now: () => now },
    startedAt: START,
    everyMs: 1e9,
  })
  await archiver.write()
  expect(archiver.writtenTo).toBe(START)
  now = START + 2 * MINUTE + 2_000
  await archiver.write()
  expect(archiver.writtenTo).toBe(START + 2 * MINUTE)
  await archiver.stop()
  expect(await archive.blocks()).toMatchObject([{ from: START, to: START + 2 * MINUTE }, { to: now }])
})

test('FC4 a window of days is told within the stated error, with what was not recorded as a gap', async () => {
  live(START, START + 4 * MINUTE)
  for (const minute of [0, 1, 3]) {
    const from = START + minute * MINUTE
    const { streams } = store.between(from, from + MINUTE)
    await histograms.append({ from, to: from + MINUTE }, sumOf(streams.requests))
    if (minute === 0) writeFileSync(fileOf(), '\n{"from":17,"to":', { flag: 'a' })
  }
  const end = START + 4 * MINUTE
  const { steps, gaps } = await samples(end).histograms(START, end, 2 * MINUTE)
  expect([...steps.keys()]).toEqual([START, START + 2 * MINUTE])
  expect(gaps).toEqual([
    { stream: 'requests', from: START + 2 * MINUTE, to: START + 3 * MINUTE, reason: 'not_recorded' },
  ])
  const { requests } = store.between(START, START + 2 * MINUTE).streams
  const limits = { slowMs: 1000, apdexMs: 500 }
  const columns = {
    t: requests?.t ?? [],
    durationMs: requests?.duration_ms ?? [],
    status: requests?.status ?? [],
  }
  const exact = tallyOf(columns, { start: 0, end: columns.t.length }, limits)
  const told = steps.get(START)?.tally(limits)
  expect(told).toMatchObject({ count: exact.count, errors: exact.errors })
  expect(Math.abs((told?.p95 ?? 0) / (exact.p95 ?? NaN) - 1)).toBeLessThanOrEqual(HISTOGRAM_ERROR)
})

test('IN4 what is not on the disk yet is counted from memory', async () => {
  live(START, START + 2 * MINUTE)
  const { requests } = store.between(START, START + MINUTE).streams
  await histograms.append({ from: START, to: START + MINUTE }, sumOf(requests))
  const { steps, gaps } = await samples(START + MINUTE).histograms(START, START + 2 * MINUTE, MINUTE)
  expect([...steps.values()].map(({ total }) => total)).toEqual([200, 200])
  expect(gaps).toEqual([])
})

const fileOf = () => join(stateDir, 'histograms', '2026-02-08.jsonl')

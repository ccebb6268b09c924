import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addProblems } from '#agent/api/plugins/problems.ts'
import { addRawHistograms } from '#agent/api/routes/raw-histograms.ts'
import { addRawRoutes } from '#agent/api/routes/raw.ts'
import { HistogramLog } from '#agent/store/histogram-log.ts'
import { RawArchive } from '#agent/store/raw-archive.ts'
import { RawSamples } from '#agent/store/raw-samples.ts'
import { RawStore } from '#agent/store/raw-store.ts'
import { RequestHistogram } from '#domain/metrics/request-histogram.ts'
import { histogramIn, rawHistograms } from '#domain/schemas/raw-histograms.ts'
import { ManualClock } from '../manual-clock.ts'
import { noRestarts } from '../no-restarts.ts'

const HOUR = 3_600_000
const clock = new ManualClock()
const now = clock.wallNow()
let stateDir: string
let app: FastifyInstance

/** One request an hour ago and one two hours ago, each long on the disk. */
beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'holdfast-past-'))
  const archive = new RawArchive(stateDir)
  const histograms = new HistogramLog(stateDir)
  const old = new RawStore({ epoch: '0123abcd', startedAt: now - 3 * HOUR, readRestarts: noRestarts })
  old.addRequest(now - 2 * HOUR, 100, 200)
  old.addRequest(now - HOUR, 300, 503)
  for (const from of [now - 3 * HOUR, now - 2 * HOUR, now - HOUR]) {
    const slice = old.between(from, from + HOUR)
    await archive.write(slice)
    const { duration_ms: durationMs, status } = slice.streams.requests ?? { duration_ms: [], status: [] }
    const sum = RequestHistogram.of({ durationMs, status }, { start: 0, end: status.length })
    await histograms.append(slice.window, sum)
  }
  const store = new RawStore({ epoch: '4567cdef', startedAt: now, readRestarts: noRestarts })
  const samples = new RawSamples({ store, archive, histograms, writtenTo: () => now })
  app = Fastify()
  addProblems(app, () => {})
  addRawRoutes(app, { store, samples, clock })
  addRawHistograms(app, { samples, clock })
})
afterEach(async () => {
  await app.close()
  rmSync(stateDir, { recursive: true, force: true })
})

const ask = async (url: string) => {
  const answer = await app.inject({ url: `/admin/api/raw/${url}` })
  return { status: answer.statusCode, body: answer.json<{ data: object; error: { message: string } }>() }
}

test('IN4 a window of the past is read from the disk', async () => {
  const { status, body } = await ask(`requests?from=${now - 2.5 * HOUR}&to=${now - 1.5 * HOUR}`)
  expect(status).toBe(200)
  expect(body.data).toMatchObject({
    window: { from: now - 2.5 * HOUR, to: now - 1.5 * HOUR },
    gaps: [],
    cursor: '',
    requests: { t: [now - 2 * HOUR], duration_ms: [100], status: [200] },
  })
})

test.each([
  ['to is missing', `from=${now - HOUR}`, 'to: expected a time'],
  ['from is missing', `to=${now}`, 'from: expected a time'],
  [
    'it has not come',
    `from=${now}&to=${now + 1}`,
    'to: expected a time in milliseconds since 1970 that has come',
  ],
  ['it is empty', `from=${now}&to=${now}`, 'before to'],
  ['it is longer than an hour', `from=${now - HOUR - 1}&to=${now}`, `at most ${HOUR} before it`],
  ['it has a cursor', `from=${now - 1}&to=${now}&cursor=x`, 'without window_ms and cursor'],
  ['it is no time', `from=1.5&to=${now}`, 'from: expected a time'],
])('a window of the past is refused where %s', async (_, query, words) => {
  const { status, body } = await ask(`requests?${query}`)
  expect(status).toBe(400)
  expect(JSON.stringify(body)).toContain(words)
})

test('FC4 a day is told as histograms, from which the figures come with the stated error', async () => {
  const { status, body } = await ask('histograms?step_ms=1800000')
  expect(status).toBe(200)
  const told = rawHistograms.parse(body.data)
  expect(told.error).toBeLessThanOrEqual(0.01)
  expect(told.gaps).toEqual([
    { stream: 'requests', from: now - 24 * HOUR, to: now - 3 * HOUR, reason: 'not_recorded' },
  ])
  const day = histogramIn(told, told.window).tally({ slowMs: 1000, apdexMs: 500 })
  expect(day).toMatchObject({ count: 2, errors: 1 })
  expect(Math.abs((day.max ?? 0) / 300 - 1)).toBeLessThanOrEqual(told.error)
  const older = histogramIn(told, { from: now - 3 * HOUR, to: now - 1.5 * HOUR }).tally({
    slowMs: 1000,
    apdexMs: 500,
  })
  expect(older).toMatchObject({ count: 1, errors: 0 })
})

test.each([
  ['window_ms=0', 'window_ms: expected whole milliseconds'],
  [`window_ms=${32 * 24 * HOUR}`, 'window_ms: expected whole milliseconds'],
  ['step_ms=59999', 'step_ms: expected whole milliseconds'],
  [`window_ms=${31 * 24 * HOUR}`, 'at most 1500 steps'],
])('histograms are refused with ?%s', async (query, words) => {
  const { status, body } = await ask(`histograms?${query}`)
  expect(status).toBe(400)
  expect(JSON.stringify(body)).toContain(words)
})

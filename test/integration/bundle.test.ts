/** AU4: the bundle of a real incident, with the command that somebody types. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SystemStatus } from '#domain/schemas/admin-api.ts'
import type { RawPage } from '#domain/schemas/raw-v1.ts'
import { holdfast, readyUrl, run, scratch, type Run, type Scratch } from '../support/holdfast.ts'
import { signIn, withAdmin, type Reader } from '../support/signed-in.ts'
import { until } from '../support/until.ts'

let place: Scratch
let started: Run
let read: Reader

beforeAll(async () => {
  place = scratch()
  started = run(['tools/start.mjs', '--scenario', 'calm'], withAdmin(place))
  read = await signIn(await readyUrl(started))
})
afterAll(async () => {
  started.process.kill('SIGTERM')
  await started.ended
  place.remove()
})

const sorted = (pids: readonly number[]) => pids.toSorted((one, other) => one - other)

async function dataOf<T>(path: string): Promise<T> {
  return ((await (await read(`admin/api/${path}`)).json()) as { data: T }).data
}

async function probes(): Promise<number> {
  return (await dataOf<RawPage>('raw/probe')).probe?.ok.length ?? 0
}

test('AU4 it holds what happened, for its owner alone, and is never written over another file', async () => {
  await until('a verified restart', async () => (await holdfast(['restart'], place.env)).code === 0, 30_000)
  await holdfast(['pause', '--reason', 'deploy'], place.env)
  await until('more than three probes', async () => (await probes()) > 3)
  const file = join(place.directory, 'incident.tar.gz')
  const made = await holdfast(['bundle', '--out', file, '--json'], place.env)
  expect(made.code, made.stderr).toBe(0)
  expect(JSON.parse(made.stdout)).toMatchObject({ file, bytes: statSync(file).size })
  expect(statSync(file).mode & 0o777).toBe(0o600)

  execFileSync('tar', ['-xzf', file, '-C', place.directory])
  const read = (name: string) => readFileSync(join(place.directory, 'holdfast-bundle', name), 'utf8')
  const lines = (name: string) =>
    read(name)
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: { type: string } }).event.type)
  expect(lines('audit-watchdog.jsonl')).toEqual(
    expect.arrayContaining(['watchdog_started', 'intent', 'outcome']),
  )
  expect(lines('audit-operators.jsonl')).toEqual(expect.arrayContaining(['request_recorded', 'paused']))
  const raw = JSON.parse(read('raw.json')) as Record<string, Record<string, unknown[]>>
  expect(raw['requests']?.['t']?.length).toBeGreaterThan(10)
  expect(raw['probe']?.['ok']?.length).toBeGreaterThan(3)
  expect(raw['restarts']?.['success']).toContain(true)
  expect(raw['breaker']?.['state']?.[0]).toBe('CLOSED')
  expect(raw['cache']?.['misses']?.length).toBeGreaterThan(3)
  expect(raw['process']?.['rss_bytes']?.length).toBeGreaterThan(1)
  const input = join(place.directory, 'holdfast-bundle', 'raw.json')
  const figures = await holdfast(['metrics', '--input', input, '--json'], place.env)
  expect(figures.code, figures.stderr).toBe(0)
  expect(JSON.parse(figures.stdout)).toMatchObject({
    'request.count': raw['requests']?.['t']?.length,
    'restart.count_in_window': 1,
  })
  expect(read('README.txt')).toContain('an operator paused automatic restarts')

  const again = await holdfast(['bundle', '--out', file], place.env)
  expect(again.code).toBe(2)
  expect(again.stderr).toContain('found EEXIST')
})

test('IN1 IN2 breaker, cache, processes and restarts of the real target arrive as rows', async () => {
  const { agent, target } = await dataOf<SystemStatus>('system-status')
  // As the kernel has them: whoever was forked by the master.
  const children = `/proc/${target.master_pid}/task/${target.master_pid}/children`
  const workers = () => sorted(readFileSync(children, 'utf8').trim().split(' ').map(Number))
  const path = 'raw/breaker,cache,process,restarts?window_ms=60000'
  const { breaker, cache, process, restarts, ...page } = await until('a reading of all workers', async () => {
    const seen = await dataOf<RawPage>(path)
    const last = seen.process?.pid.filter((_, i) => seen.process?.t[i] === seen.process?.t.at(-1)) ?? []
    return isDeepStrictEqual(sorted(last), workers()) && seen
  })
  expect(breaker?.state.slice(0, 1)).toEqual(['CLOSED'])
  expect(cache?.t.length).toBeGreaterThan(3)
  expect(Math.max(...(cache?.misses ?? []))).toBeGreaterThan(0)
  expect(restarts).toMatchObject({ success: [true], t_completed: [expect.any(Number)] })

  expect(process?.pid).not.toContain(target.master_pid)
  expect(Math.min(...(process?.rss_bytes ?? []))).toBeGreaterThan(4 * 1024 * 1024)
  // On a busy machine a probe may time out; what it answers lacks nothing.
  const lacking = page.gaps.filter(
    ({ from, reason }) => from > agent.started_at + 5000 && reason?.startsWith('target_') !== true,
  )
  expect(lacking).toEqual([])

  const next = await until('the next look', async () => {
    const news = await dataOf<RawPage>(`raw/breaker,cache,process,restarts?cursor=${page.cursor}`)
    return news.cache?.t.length !== 0 && news
  })
  expect(next).toMatchObject({ complete: true, breaker: { t: [] }, restarts })
})

test.each([
  [['--from', 'yesterday'], '--from: expected a time as ISO 8601'],
  [['--from', '2026-02-08T03:00:00Z', '--to', '2026-02-08T02:00:00Z'], 'before --to'],
  [['--from', '2999-01-01T00:00:00Z', '--to', '2999-01-02T00:00:00Z'], 'not in the future'],
])('BI1 %j is wrong usage', async (words, message) => {
  const { code, stderr } = await holdfast(['bundle', ...words], place.env)
  expect(code).toBe(2)
  expect(stderr).toContain(message)
})

test('without an agent it is exit code 5, and no file is left', async () => {
  const own = scratch()
  const file = join(own.directory, 'x.tar.gz')
  const { code, stderr } = await holdfast(['bundle', '--out', file], own.env)
  expect(code).toBe(5)
  expect(stderr).toContain('The agent does not answer')
  expect(existsSync(file)).toBe(false)
  own.remove()
})

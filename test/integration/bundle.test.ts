/** AU4: the bundle of a real incident, with the command that somebody types. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { holdfast, readyUrl, run, scratch, type Run, type Scratch } from '../support/holdfast.ts'
import { until } from '../support/until.ts'

let place: Scratch
let started: Run
let url: string

beforeAll(async () => {
  place = scratch()
  started = run(['tools/start.mjs', '--scenario', 'calm'], place.env)
  url = await readyUrl(started)
})
afterAll(async () => {
  started.process.kill('SIGTERM')
  await started.ended
  place.remove()
})

async function probes(): Promise<number> {
  const page = (await (await fetch(new URL('admin/api/raw/probe', url))).json()) as {
    data: { probe: { ok: boolean[] } }
  }
  return page.data.probe.ok.length
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

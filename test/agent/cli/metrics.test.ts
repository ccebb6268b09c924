import { spawnSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { METRICS } from '#domain/metrics/contract.ts'
import { holdfast, ROOT, scratch, type Scratch } from '../../support/holdfast.ts'

let place: Scratch
beforeAll(() => {
  place = scratch()
  mkdirSync(place.directory, { recursive: true })
})
afterAll(() => place.remove())

function file(name: string, content: string | Uint8Array): string {
  const path = join(place.directory, name)
  writeFileSync(path, content)
  return path
}

const FROM = Date.UTC(2026, 1, 8, 3)
const DOCUMENT = {
  format: 'holdfast.raw/1',
  window: { from: FROM, to: FROM + 600_000 },
  requests: { t: [FROM, FROM + 1, FROM + 600_000], duration_ms: [10, 1500.5, 9], status: [200, 503, 200] },
  pool: { t: [FROM + 1000], checked_out: [0], max_capacity: [30] },
  gaps: [{ stream: 'pool', from: FROM + 2000, to: FROM + 14_000, reason: 'agent_restarted\u001b[2J' }],
}

test('FC2 --json is one object with exactly the ids of the contract, null where nothing can be known', async () => {
  const input = file('window.json', JSON.stringify(DOCUMENT))
  const { code, stdout, stderr } = await holdfast(['metrics', '--input', input, '--json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const answer = JSON.parse(stdout) as Record<string, unknown>
  expect(Object.keys(answer)).toEqual(Object.keys(METRICS))
  expect(answer).toMatchObject({
    'request.count': 2,
    'request.error_ratio': 0.5,
    'pool.saturation': 0,
    'cache.miss_rate': null,
    'restart.budget_left': 3,
    'alert.pool_pressure': false,
  })
})

test('FC4 for people: zero with its unit, a dash with the reason, conditions as words, gaps as problems', async () => {
  const input = file('window.json', JSON.stringify(DOCUMENT))
  const { code, stdout } = await holdfast(['metrics', '--input', input])
  expect(code).toBe(0)
  expect(stdout).toContain('From 2026-02-08T03:00:00.000Z to 2026-02-08T03:10:00.000Z (10 min)')
  expect(stdout).toMatch(/^ {2}Slowest request +1,500\.50 ms$/m)
  expect(stdout).toMatch(/^ {2}Pool saturation +0 %$/m)
  expect(stdout).toMatch(/^ {2}Miss rate +— +No lookup was counted between two samples of this window$/m)
  expect(stdout).toMatch(/^ {2}Pool pressure +no$/m)
  expect(stdout).toMatch(
    /^Problems: .*\n {2}pool: nothing from 2026-02-08T03:00:02.000Z to 2026-02-08T03:00:14.000Z \(12 s\): agent_restarted \[2J$/m,
  )
  for (const { title } of Object.values(METRICS)) expect(stdout).toContain(`  ${title} `)
})

test('without gaps there are no problems to tell', async () => {
  const input = file('sound.json', JSON.stringify({ ...DOCUMENT, gaps: [] }))
  expect((await holdfast(['metrics', '--input', input])).stdout).not.toContain('Problems')
})

function piped(text: string) {
  return spawnSync(process.execPath, ['tools/holdfast.mjs', 'metrics', '--input', '-', '--json'], {
    cwd: ROOT,
    input: text,
    encoding: 'utf8',
  })
}

test('- reads standard input, and its faults bear that name', () => {
  expect(JSON.parse(piped(JSON.stringify(DOCUMENT)).stdout)).toMatchObject({ 'request.count': 2 })
  const cut = piped(JSON.stringify(DOCUMENT).slice(0, 100))
  expect(cut.status).toBe(2)
  expect(cut.stderr).toContain('standard input: the document: expected JSON')
  expect(cut.stderr).toContain('ends too early (after 100 characters)')
})

test('BI1 a malformed file exits 2, names each place, and gives no figure', async () => {
  const { window } = DOCUMENT
  const requests = { ...DOCUMENT.requests, t: [FROM, FROM - 1, FROM], duration_ms: [1, -2, 3] }
  const input = file('bad.json', JSON.stringify({ ...DOCUMENT, window: { ...window, to: FROM }, requests }))
  const { code, stdout, stderr } = await holdfast(['metrics', '--input', input, '--json'])
  expect(code).toBe(2)
  for (const fault of ['window.to: expected', 'requests.t[1]: expected', 'requests.duration_ms[1]: expected'])
    expect(stderr).toContain(`${input}: ${fault}`)
  expect(JSON.parse(stdout)).toMatchObject({ success: false, reasons: [{ code: 'input_invalid' }] })
})

test.each([
  ['not there', () => join(place.directory, 'nowhere.json'), 'expected a file, found ENOENT'],
  ['a directory', () => place.directory, 'expected a file, found EISDIR'],
  ['a device', () => '/dev/zero', 'expected a file, found no regular file'],
  ['empty', () => file('empty.json', ''), 'expected JSON, found nothing'],
  [
    'written with a byte order mark',
    () => file('bom.json', `\uFEFF${JSON.stringify(DOCUMENT)}`),
    'a byte order mark',
  ],
  [
    'written in UTF-16',
    () => file('utf16.json', Buffer.from(`\uFEFF${JSON.stringify(DOCUMENT)}`, 'utf16le')),
    'expected UTF-8, found other bytes',
  ],
  ['huge', () => hugeFile(), 'expected a file, found larger than 128 MiB'],
])('BI1 an input that is %s is refused by name', async (_, input, message) => {
  const path = input()
  const { code, stdout, stderr } = await holdfast(['metrics', '--input', path])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(`${path}: `)
  expect(stderr).toContain(message)
})

/** Takes no room on the disk: a hole. */
function hugeFile(): string {
  const path = file('huge.json', '')
  truncateSync(path, 129 * 1024 * 1024)
  return path
}

test('without --input it is wrong usage', async () => {
  const { code, stderr } = await holdfast(['metrics'])
  expect(code).toBe(2)
  expect(stderr).toContain('--input FILE is needed')
})

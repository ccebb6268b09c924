import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { holdfast, scratch, type Scratch } from '../../support/holdfast.ts'

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

const AT = '2026-02-08T03:00:20Z'
const HISTORY = JSON.stringify({
  history: [{ requested_at: '2026-02-08T03:00:00+00:00', decision: 'executed', success: true }],
})

test('WD1 one JSON document on standard output, exit 0 though it is refused', async () => {
  const history = file('state.json', HISTORY)
  const { code, stdout, stderr } = await holdfast([
    'policy',
    'explain',
    '--history',
    history,
    '--at',
    AT,
    '--json',
  ])
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toMatchObject({ reason: 'cooldown_active', retry_after_seconds: 40 })
  expect(code).toBe(0)
})

test('WD2 the thresholds are those of the environment', async () => {
  const history = file('state.json', HISTORY)
  const { stdout } = await holdfast(['policy', 'explain', '--history', history, '--at', AT, '--json'], {
    WORKER_RESTART_COOLDOWN: '30',
    RUNTIME_CONTRACT_VERSION: 'another',
  })
  expect(JSON.parse(stdout)).toMatchObject({
    cooldown_remaining_seconds: 10,
    thresholds: { cooldown_seconds: 30 },
  })
})

test('WD18 a local time is read in the zone of this machine', async () => {
  const history = file('local.json', '{"history": [{"requested_at": "2026-02-08T04:00:00"}]}')
  const { stdout } = await holdfast(['policy', 'explain', '--history', history, '--at', AT, '--json'], {
    TZ: 'Europe/Berlin',
  })
  expect(JSON.parse(stdout)).toMatchObject({ cooldown_remaining_seconds: 40 })
})

test('WD1 without --json a person can read it', async () => {
  const history = file('state.json', HISTORY)
  const request = file('flag.json', '')
  const signals = file('signals.json', '{"paused": true, "pausd": true}')
  const args = ['--history', history, '--request', request, '--signals', signals, '--at', AT]
  const { code, stdout, stderr } = await holdfast(['policy', 'explain', ...args])
  expect(stdout).toContain(
    'A manual restart at 2026-02-08T03:00:20.000Z would be refused (cooldown_override_required)',
  )
  expect(stdout).toContain('Warning: Automatic restarts are paused')
  expect(stdout).toMatch(/attempts {2}1 of 3 in 10 min/)
  expect(stderr).toContain('did you mean paused?')
  expect(code).toBe(0)
})

test.each([
  ['a file that is not there', [], '/nowhere.json: expected a file, found ENOENT'],
  ['no history', undefined, '--history FILE is needed'],
  [
    'a fault in the history',
    ['--history', 'broken'],
    'broken.json: history[0].requested_at: expected a time',
  ],
  ['a fault in the signals', ['--signals', 'signals'], 'circuit_state: expected one of "CLOSED"'],
  [
    'a fault in the request',
    ['--request', 'request'],
    'manual_override: expected true or false, found "yes"',
  ],
  ['a time that is none', ['--at', 'noon'], '--at: the time: expected a time as ISO 8601'],
  ['bytes that are no text', ['--request', 'bytes'], 'bytes.json: expected UTF-8'],
])('BI1 %s: exit 2, and the message names it', async (_title, options, message) => {
  const files: Record<string, string> = {
    broken: file('broken.json', '{"history": [{"requested_at": "soon"}]}'),
    signals: file('signals-bad.json', '{"circuit_state": "AJAR"}'),
    request: file('request.json', '{"manual_override": "yes"}'),
    bytes: file('bytes.json', Uint8Array.of(0x7b, 0xff, 0x7d)),
  }
  const history = options?.length === 0 ? '/nowhere.json' : file('state.json', HISTORY)
  const given = options?.includes('--history') ? [] : options === undefined ? [] : ['--history', history]
  const words = (options ?? []).map((word) => files[word] ?? word)
  const { code, stderr } = await holdfast(['policy', 'explain', ...given, ...words, '--json'])
  expect(stderr).toContain(message)
  expect(stderr).not.toContain('    at ')
  expect(code).toBe(2)
})

/** The real `systemd-notify`, towards a socket that behaves like systemd's. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemdNotify } from '#agent/system/sd-notify.ts'
import { waitFor } from './support/wait.ts'

const PYTHON = '/usr/bin/python3'
const canNotify = existsSync('/usr/bin/systemd-notify') && existsSync(PYTHON)

let directory: string
let listener: ChildProcess | null
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-notify-'))
  listener = null
})
afterEach(async () => {
  if (listener !== null) {
    const ended = once(listener, 'exit')
    listener.kill('SIGKILL')
    await ended
  }
  rmSync(directory, { recursive: true, force: true })
})

async function listen(address: string): Promise<() => string[]> {
  const script = join(import.meta.dirname, 'support/notify-socket.py')
  const child = spawn(PYTHON, [script, address], { stdio: ['ignore', 'pipe', 'inherit'] })
  listener = child
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const messages = () => said.trim().split('\n').slice(1)
  await waitFor('the listener', () => said.startsWith('listening\n'))
  return messages
}

test.runIf(canNotify).each<[string, () => string]>([
  ['a path', () => join(directory, 'notify')],
  ['an abstract address', () => `@holdfast-test-${process.pid}`],
])('SD3 a life of the watchdog is told, at %s', async (_, addressOf) => {
  const address = addressOf()
  const messages = await listen(address)
  const notify = systemdNotify({ environment: { NOTIFY_SOCKET: address, WATCHDOG_USEC: '30000000' } })
  expect(notify.aliveEveryMs).toBe(15_000)
  expect(await notify.ready('watching 4711')).toBe(true)
  expect(await notify.alive()).toBe(true)
  expect(await notify.status('guarded:\nneeds you')).toBe(true)
  expect(await notify.stopping()).toBe(true)
  await waitFor('the last message', () => messages().length >= 4)
  expect(messages()).toEqual([
    'READY=1|STATUS=watching 4711',
    'WATCHDOG=1',
    'STATUS=guarded: needs you',
    'STOPPING=1',
  ])
})

test('without a service manager nothing is sent, and nothing fails', async () => {
  const notify = systemdNotify({ environment: { WATCHDOG_USEC: '1000' }, command: '/nowhere' })
  expect(notify.aliveEveryMs).toBeNull()
  expect(await notify.ready('')).toBe(true)
})

test.each([
  ['not watched', {}, null],
  ['nonsense', { WATCHDOG_USEC: 'soon' }, null],
  ['another process is watched', { WATCHDOG_USEC: '1000000', WATCHDOG_PID: '1' }, null],
  ['this process is watched', { WATCHDOG_USEC: '1000000', WATCHDOG_PID: String(process.pid) }, 500],
])('%s', (_, environment, expected) => {
  expect(systemdNotify({ environment: { NOTIFY_SOCKET: '@x', ...environment } }).aliveEveryMs).toBe(expected)
})

test('what cannot be sent is said, not thrown', async () => {
  const environment = { NOTIFY_SOCKET: join(directory, 'nobody') }
  expect(await systemdNotify({ environment, command: '/nowhere' }).alive()).toBe(false)
  if (canNotify) expect(await systemdNotify({ environment }).alive()).toBe(false)
})

test('however much is said meanwhile, one message waits, with the latest of everything', async () => {
  const command = join(directory, 'slow')
  const gate = join(directory, 'gate')
  const record = join(directory, 'record')
  writeFileSync(command, `#!/bin/sh\nuntil [ -e ${gate} ]; do sleep 0.02; done\necho "$@" >> ${record}\n`)
  chmodSync(command, 0o755)
  const notify = systemdNotify({ environment: { NOTIFY_SOCKET: '@x' }, command })
  const sent = [notify.ready('one')]
  for (let turn = 0; turn < 100; turn += 1) sent.push(notify.status(`status ${turn}`), notify.alive())
  writeFileSync(gate, '')
  expect(await Promise.all(sent)).toEqual(sent.map(() => true))
  expect(await notify.stopping()).toBe(true)
  expect(readFileSync(record, 'utf8').trim().split('\n')).toEqual([
    'READY=1 STATUS=one',
    'STATUS=status 99 WATCHDOG=1',
    'STOPPING=1',
  ])
})

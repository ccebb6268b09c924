import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { ProcessHandle } from '#agent/system/process-handle.ts'
import { until } from '../../support/until.ts'

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

function shell(script: string): number {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'] })
  started.push(child)
  return child.pid ?? 0
}

function held(pid: number): ProcessHandle {
  const handle = ProcessHandle.open(pid)
  if (handle === null) throw new Error(`there is no process ${pid}`)
  return handle
}

test('the children of a process with one thread are told, those that come later too', async () => {
  const pid = shell('read one; sleep 1000 & read other; sleep 1000 & wait')
  const handle = held(pid)
  expect(handle.children()).toEqual([])
  for (const count of [1, 2]) {
    started[0]?.stdin?.write('go\n')
    await until(`${count} of them`, () => handle.children().length === count)
  }
  for (const child of handle.children()) {
    // Of a child that is just becoming its program there is nothing to read.
    await until('its program', () => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('sleep'))
    process.kill(child, 'SIGKILL')
  }
  handle.close()
})

test('of a process with many threads, whichever has started them', () => {
  const handle = held(process.pid)
  expect(handle.read()?.threads).toBeGreaterThan(1)
  const child = shell('sleep 1000')
  expect(handle.children()).toContain(child)
  handle.close()
})

test('one that has ended has none, and says nothing', async () => {
  const pid = shell('read one')
  const handle = held(pid)
  expect(handle.status()).toContain('Uid:')
  started[0]?.kill('SIGKILL')
  await until('its end', () => handle.read() === null)
  expect(handle.children()).toEqual([])
  await until('nobody there', () => handle.status() === '')
  handle.close()
})

import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { KnownWorkers } from '#agent/system/known-workers.ts'
import { waitFor } from '../../integration/support/wait.ts'

/** Stands in for a fork: a shell that becomes another program once it is told to. */
const PROGRAM = ['/bin/sh', '-c', 'read told; exec sleep 1000']
const master = { pid: process.pid, cmdline: PROGRAM }

const known = new KnownWorkers()
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  known.close()
})

async function child(): Promise<{ pid: number; process: ChildProcess }> {
  const started = spawn(PROGRAM[0] ?? '', PROGRAM.slice(1), { stdio: ['pipe', 'ignore', 'ignore'] })
  children.push(started)
  const pid = started.pid ?? 0
  await waitFor('it runs its program', () => commandOf(pid) === `${PROGRAM.join('\0')}\0`)
  return { pid, process: started }
}

const commandOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8')
const seen = (...pids: number[]) => known.sight(master, pids, 1_000_000_000).map(({ pid }) => pid)
const descriptors = () => readdirSync('/proc/self/fd').length

test('a child with its master’s command line is a worker, time and again', async () => {
  const { pid } = await child()
  expect(seen(pid)).toEqual([pid])
  expect(seen(pid)).toEqual([pid])
  expect(known.sight(master, [pid], 1_000_000_000)[0]?.rssBytes).toBeGreaterThan(0)
})

test('a worker that becomes another program is none any more', async () => {
  const { pid, process: worker } = await child()
  expect(seen(pid)).toEqual([pid])
  worker.stdin?.write('go\n')
  await waitFor('the other program', () => commandOf(pid).startsWith('sleep'))
  expect(seen(pid)).toEqual([])
})

test('a worker that has ended is none any more', async () => {
  const { pid, process: worker } = await child()
  expect(seen(pid)).toEqual([pid])
  worker.kill('SIGKILL')
  await waitFor('its end', () => worker.signalCode !== null)
  expect(seen(pid)).toEqual([])
})

test('a process that is no child of this master is no worker of it', async () => {
  const { pid } = await child()
  expect(seen(pid)).toEqual([pid])
  expect(known.sight({ pid: 1, cmdline: PROGRAM }, [pid], 1_000_000_000)).toEqual([])
})

/** Its line, and its memory once that was asked for. */
const EACH = 2

test('those that left the list are let go of', async () => {
  const [one, other] = [await child(), await child()]
  const before = descriptors()
  for (const { rssBytes } of known.sight(master, [one.pid, other.pid], 1_000_000_000)) {
    expect(rssBytes).toBeGreaterThan(0)
  }
  expect(descriptors()).toBe(before + 2 * EACH)
  expect(seen(other.pid)).toEqual([other.pid])
  expect(descriptors()).toBe(before + EACH)
  const [left] = known.sight(master, [other.pid], 1_000_000_000)
  known.close()
  // The number may be another process's by then.
  expect(left?.rssBytes).toBe(0)
  expect(descriptors()).toBe(before)
})

import { expect, test } from 'vitest'
import type { ProcessSighting } from '#agent/system/process-table.ts'
import { belongsToTarget, identifyTarget } from '#agent/demo/target-identity.ts'
import type { TargetIdentity } from '#agent/demo/target-identity.ts'

const IDENTITY: TargetIdentity = {
  format: 'holdfast.demonstration-target/1',
  boot_id: 'a boot',
  pid_file: '/run/ours/gunicorn.pid',
  master: { pid: 500, start_ticks: 9_000 },
  keeper: { pid: 400, start_ticks: 8_000 },
}

const WORKER: ProcessSighting = {
  pid: 501,
  parentPid: 1,
  sessionId: 500,
  startTicks: 9_010,
  commandLine: 'python3 gunicorn --pid /run/ours/gunicorn.pid app',
}

test.each<[string, Partial<ProcessSighting>, boolean]>([
  ['a worker of the master, orphan or not', {}, true],
  ['the master', { pid: 500, startTicks: 9_000 }, true],
  ["a later process with the master's pid", { pid: 500, startTicks: 9_001 }, false],
  ['a process of another session', { sessionId: 499 }, false],
  ['a process older than the master', { startTicks: 8_999 }, false],
  ['a process without our pid file on its command line', { commandLine: 'python3 gunicorn app' }, false],
])('%s: ours or not', (_, difference, isOurs) => {
  expect(belongsToTarget(IDENTITY, { ...WORKER, ...difference })).toBe(isOurs)
})

test('a process that is not there has no identity', () => {
  expect(identifyTarget(2 ** 22 + 1, '/run/ours/gunicorn.pid')).toBeNull()
  expect(identifyTarget(process.pid, '/run/ours/gunicorn.pid')?.master.pid).toBe(process.pid)
})

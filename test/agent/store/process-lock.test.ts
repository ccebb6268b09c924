import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isLocked, takeLock } from '#agent/store/process-lock.ts'

const MODULE = fileURLToPath(new URL('../../../src/agent/store/process-lock.ts', import.meta.url))
let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-lock-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Another process that takes the lock and keeps it until it is killed. */
async function holder(): Promise<ReturnType<typeof spawn>> {
  const code = `import { takeLock } from ${JSON.stringify(MODULE)}
    await takeLock(${JSON.stringify(directory)}, 'start'); console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

test('a lock that another process holds is refused, with that process named', async () => {
  const other = await holder()
  expect(await isLocked(directory, 'start')).toBe(true)
  await expect(takeLock(directory, 'start')).rejects.toThrow(`process ${other.pid} uses ${directory}`)
  other.kill('SIGKILL')
  await once(other, 'exit')
})

test.runIf(process.geteuid?.() === 0)(
  'root leaves a lock that the account of the directory can take',
  async () => {
    chownSync(directory, 12_345, 12_345)
    const lock = await takeLock(directory, 'start')
    lock.release()
    for (const name of ['start.lock', 'start.pid']) expect(statSync(join(directory, name)).uid).toBe(12_345)
  },
)

test('a holder that is killed leaves no lock behind', async () => {
  const other = await holder()
  other.kill('SIGKILL')
  await once(other, 'exit')
  expect(await isLocked(directory, 'start')).toBe(false)
  const lock = await takeLock(directory, 'start')
  expect(await isLocked(directory, 'other')).toBe(false)
  lock.release()
})

test('where there is no directory nothing is locked', async () => {
  expect(await isLocked(join(directory, 'none'), 'start')).toBe(false)
})

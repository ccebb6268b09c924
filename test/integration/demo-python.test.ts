import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('the gunicorn target: its pool, breaker, cache and faults keep their promises over processes', async () => {
  const { stderr } = await promisify(execFile)('python3', ['-m', 'unittest'], {
    cwd: join(import.meta.dirname, 'python'),
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    timeout: 50_000,
  })
  expect(stderr).toMatch(/Ran \d{2} tests/)
  expect(stderr).toMatch(/\nOK\n$/)
})

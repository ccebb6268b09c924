/**
 * `npm test` where its system packages are not: in a mount namespace whose Chromium and gunicorn are covered
 * up, as an ordinary user. It must say so at once instead of testing less.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const LIMIT_MS = 10_000

function npmTestWithout(...programs: string[]): { status: number | null; stdout: string; output: string } {
  const cover = programs.map((program) => `mount --bind /dev/null ${program}`).join(' && ')
  const asRoot = process.getuid?.() === 0
  const asUser = asRoot ? 'setpriv --reuid=65534 --regid=65534 --clear-groups --' : ''
  const script = `${cover} && export HOME=/nonexistent && exec ${asUser} ${process.execPath} tools/test.mjs`
  const run = spawnSync('unshare', [asRoot ? '-m' : '-rm', 'sh', '-c', script], {
    cwd: root,
    encoding: 'utf8',
    timeout: LIMIT_MS,
  })
  return { status: run.status, stdout: run.stdout, output: run.stdout + run.stderr }
}

test('without Chromium and gunicorn npm test names both, fails and runs nothing', () => {
  const { status, stdout, output } = npmTestWithout('/usr/bin/chromium', '/usr/bin/gunicorn')
  expect(output).toMatch(/^ {2}chromium$/m)
  expect(output).toMatch(/^ {2}gunicorn$/m)
  expect(output).not.toMatch(/^ {2}nginx-light$/m)
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('0 passed, 2 failed')
  expect(status).toBe(1)
})

import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { watchDirectory } from '#agent/system/directory-watch.ts'

test('where no watch can be had, it is tried again at each look, and wakes nobody for it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-watch-'))
  const { watch: real } = fs
  let tried = 0
  fs.watch = () => {
    tried += 1
    throw Object.assign(new Error('no watches left'), { code: 'EMFILE' })
  }
  syncBuiltinESMExports()
  onTestFinished(() => {
    fs.watch = real
    syncBuiltinESMExports()
    rmSync(directory, { recursive: true, force: true })
  })

  let woken = 0
  const watch = watchDirectory(directory, () => (woken += 1))
  for (let look = 0; look < 3; look += 1) watch.rearm()
  watch.close()
  expect(tried).toBeGreaterThanOrEqual(4)
  // Whoever is woken looks again at once: it would never rest.
  expect(woken).toBe(0)
})

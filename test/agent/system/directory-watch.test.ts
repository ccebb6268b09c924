import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { watchDirectory, watchInode } from '#agent/system/directory-watch.ts'
import { until } from '../../support/until.ts'

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

test('a file that is written in place is told of, and after a rename over it again from the next look on', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-watch-'))
  const file = join(directory, 'marker')
  writeFileSync(file, 'one')
  let told = 0
  const watch = watchInode(file, () => (told += 1))
  onTestFinished(() => {
    watch.close()
    rmSync(directory, { recursive: true, force: true })
  })
  writeFileSync(file, 'two', { flag: 'r+' })
  await until('the first change', () => told > 0)

  writeFileSync(join(directory, 'new'), 'three')
  renameSync(join(directory, 'new'), file)
  watch.rearm()
  const before = told
  writeFileSync(file, 'four!', { flag: 'r+' })
  await until('a change of the new one', () => told > before)
})

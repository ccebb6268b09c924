/** SH6: what of a console is still there after the next one was built in its place. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { keepAssets, keptNames, pastAssets } from '#agent/release/kept-assets.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-assets-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** As the build does it. */
function build(files: Readonly<Record<string, string>>): string[] {
  const past = pastAssets(directory)
  rmSync(directory, { recursive: true })
  mkdirSync(join(directory, 'assets'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, 'assets', name), text)
  keepAssets(past, directory)
  return readdirSync(join(directory, 'assets')).toSorted()
}

test('SH6 the files of the release before stay, those of the one before that go', () => {
  expect(build({ 'a-1.js': '1', 'same.js': 'x' })).toEqual(['a-1.js', 'same.js'])
  expect(build({ 'a-2.js': '2', 'same.js': 'x' })).toEqual(['a-1.js', 'a-2.js', 'same.js'])
  expect(build({ 'a-3.js': '3', 'same.js': 'x' })).toEqual(['a-2.js', 'a-3.js', 'same.js'])
  expect(readFileSync(join(directory, 'assets/a-2.js'), 'utf8')).toBe('2')
  expect([...keptNames(directory)], 'no part of this build').toEqual(['a-2.js'])
})

test('SH6 built anew and the same, what was kept is kept on', () => {
  build({ 'a-1.js': '1' })
  build({ 'a-2.js': '2' })
  expect(build({ 'a-2.js': '2' })).toEqual(['a-1.js', 'a-2.js'])
  expect(build({ 'a-3.js': '3' })).toEqual(['a-2.js', 'a-3.js'])
})

test('SH6 what would be too much is not kept at all, and a broken list costs nothing', () => {
  build({ 'a-1.js': 'x'.repeat(17 * 1024 * 1024) })
  expect(build({ 'a-2.js': '2' })).toEqual(['a-2.js'])
  writeFileSync(join(directory, '.own-assets.json'), '["../../etc/passwd"')
  expect(build({ 'a-3.js': '3' })).toEqual(['a-2.js', 'a-3.js'])
})

test('SH6 a release that is put beside another takes that one’s own files, and goes on knowing its own', () => {
  build({ 'a-1.js': '1' })
  build({ 'a-2.js': '2' })
  const older = pastAssets(directory)
  build({ 'a-3.js': '3' })
  const released = mkdtempSync(join(tmpdir(), 'holdfast-assets-'))
  onTestFinished(() => rmSync(released, { recursive: true }))
  cpSync(directory, released, { recursive: true })
  rmSync(join(released, 'assets/a-2.js'))
  keepAssets(older, released)
  expect(readdirSync(join(released, 'assets')).toSorted()).toEqual(['a-2.js', 'a-3.js'])
  expect(pastAssets(released).own).toEqual(['a-3.js'])
})

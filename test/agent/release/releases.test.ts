import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  currentRelease,
  listReleases,
  previousRelease,
  RELEASE_PARTS,
  switchCurrent,
} from '#agent/release/releases.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'holdfast-releases-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function make(...names: readonly string[]): void {
  for (const name of names) {
    for (const part of RELEASE_PARTS) {
      const path = join(root, 'opt/holdfast/releases', name, part)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, JSON.stringify({ version: `${name}-v` }))
    }
  }
}

const names = () => listReleases(root).map(({ name }) => name)
const current = () => currentRelease(root)?.name ?? null
const previous = () => previousRelease(root)?.name ?? null
const link = () => join(root, 'opt/holdfast/current')
const switches = () => join(root, 'opt/holdfast/switches.jsonl')

test('SD4 without any release there is nothing, and nothing breaks', () => {
  expect([names(), current(), previous()]).toEqual([[], null, null])
})

test('SD4 releases are listed by name, numbers as numbers, and only whole ones', () => {
  make('1.9.0', '1.10.0')
  mkdirSync(join(root, 'opt/holdfast/releases/half'))
  expect(listReleases(root)).toMatchObject([
    { name: '1.9.0', version: '1.9.0-v', directory: join(root, 'opt/holdfast/releases/1.9.0') },
    { name: '1.10.0' },
  ])
})

test('SD4 the link is relative, so that it leads to the same from wherever the root is mounted', () => {
  make('1')
  switchCurrent(root, { name: '1' })
  expect(readlinkSync(link())).toBe('releases/1')
  expect(readdirSync(join(root, 'opt/holdfast')).sort()).toEqual(['current', 'releases', 'switches.jsonl'])
})

test('SD4 forward, forward, back: a second rollback goes further back, not forward again', () => {
  make('1', '2', '3')
  for (const name of ['1', '2', '3']) switchCurrent(root, { name })
  expect([current(), previous()]).toEqual(['3', '2'])
  switchCurrent(root, { name: '2' }, 'back')
  expect([current(), previous()]).toEqual(['2', '1'])
  switchCurrent(root, { name: '1' }, 'back')
  expect([current(), previous()]).toEqual(['1', null])
})

test('SD4 the same one again is no switch', () => {
  make('1', '2')
  for (const name of ['1', '2', '2']) switchCurrent(root, { name })
  expect(previous()).toBe('1')
  expect(readFileSync(switches(), 'utf8').trim().split('\n')).toHaveLength(2)
})

test('SD4 a release that was removed is passed over on the way back', () => {
  make('1', '2', '3')
  for (const name of ['1', '2', '3']) switchCurrent(root, { name })
  rmSync(join(root, 'opt/holdfast/releases/2'), { recursive: true })
  expect(previous()).toBe('1')
})

test('SD4 killed between line and move: current and previous are as before', () => {
  make('1', '2', '3')
  for (const name of ['1', '2']) switchCurrent(root, { name })
  appendFileSync(switches(), `${JSON.stringify({ at: '', from: '2', to: '3', way: 'forward' })}\n`)
  expect([current(), previous()]).toEqual(['2', '1'])
})

test('SD4 a torn line is passed over, and does not take the next one with it', () => {
  make('1', '2')
  switchCurrent(root, { name: '1' })
  appendFileSync(switches(), '{"at":"2026-')
  switchCurrent(root, { name: '2' })
  expect(previous()).toBe('1')
})

test('SD4 a link that was moved by hand: back is what was recorded last', () => {
  make('1', '2')
  switchCurrent(root, { name: '1' })
  unlinkSync(link())
  symlinkSync('/opt/holdfast/releases/2', link())
  expect([current(), previous()]).toEqual(['2', '1'])
})

test('SD4 to what is no release it does not switch, and says which there are', () => {
  make('1', '2')
  switchCurrent(root, { name: '1' })
  for (const name of ['3', '../2', 'releases/2', '']) {
    expect(() => switchCurrent(root, { name })).toThrow(/no release .*there are 1, 2/)
  }
  expect(current()).toBe('1')
})

test('SD4 where a directory stands in place of the link, it says so', () => {
  make('1')
  mkdirSync(link())
  expect(() => switchCurrent(root, { name: '1' })).toThrow(/EISDIR.*it should be a link/)
  expect(current()).toBe(null)
})

/** Files that somebody else may have put there, or that grow while they are read. */
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readTextUpTo, readUpTo } from '#agent/system/bounded-read.ts'

let path: string
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'holdfast-read-')), 'file')
})
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }))

function bytesUpTo(limit: number): Uint8Array | null {
  const file = openSync(path, 'r')
  try {
    return readUpTo(file, limit)
  } finally {
    closeSync(file)
  }
}

test.each([0, 1, 4_095, 4_096, 4_097, 65_536])(
  'WD7 %d bytes are read whole, and one more is too much',
  async (size) => {
    // Two bytes a letter: one may lie across the border of whatever is read at once.
    const text = 'é'.repeat(size / 2) + 'x'.repeat(size % 2)
    writeFileSync(path, text)
    expect(readTextUpTo(path, size)).toBe(text)
    expect(Buffer.from(bytesUpTo(size) ?? []).toString()).toBe(text)
    writeFileSync(path, `${text}x`)
    expect(readTextUpTo(path, size)).toBeNull()
    expect(bytesUpTo(size)).toBeNull()
  },
)

test('WD8 what is read stays what it was when the next file is read', () => {
  writeFileSync(path, 'first')
  const first = readTextUpTo(path, 100)
  writeFileSync(path, 'other')
  expect(readTextUpTo(path, 100)).toBe('other')
  expect(first).toBe('first')
})

test('WD8 a file of /proc, which says no size, is read whole', () => {
  expect(readTextUpTo('/proc/self/cmdline', 1_000_000)).toBe(readFileSync('/proc/self/cmdline', 'utf8'))
})

test('WD7 a FIFO is no such file, and its writer is not waited for', () => {
  execFileSync('mkfifo', [path])
  expect(() => readTextUpTo(path, 100)).toThrow('ESPIPE')
})

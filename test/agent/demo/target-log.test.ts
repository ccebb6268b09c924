import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { boundLog, logTail } from '#agent/demo/target-log.ts'

const dir = mkdtempSync(join(tmpdir(), 'demo-log-'))
const log = join(dir, 'target.log')

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
})
afterAll(() => rmSync(dir, { recursive: true }))

test('a log beyond a mebibyte is put aside, once, and goes on in the same file', () => {
  writeFileSync(log, 'x'.repeat(1024 * 1024))
  const bound = boundLog(log)
  vi.advanceTimersByTime(6_000)
  expect(statSync(log).size).toBe(1024 * 1024)
  appendFileSync(log, 'one more')
  vi.advanceTimersByTime(6_000)
  bound.stop()
  expect(statSync(log).size).toBe(0)
  expect(statSync(`${log}.1`).size).toBe(1024 * 1024 + 8)
})

test('the tail is the last six lines, and nothing when there is no log', () => {
  writeFileSync(log, Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join(''))
  expect(logTail(log)).toBe('line 14\nline 15\nline 16\nline 17\nline 18\nline 19')
  expect(logTail(join(dir, 'nowhere.log'))).toBe('')
})

import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeRequest, watchRequests } from '#agent/demo/request-file.ts'
import { waitFor } from '../../integration/support/wait.ts'

let dir: string
let file: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'demo-request-'))
  file = join(dir, 'request.json')
})
afterEach(() => rmSync(dir, { recursive: true }))

test('a request is taken once', () => {
  writeFileSync(file, '{"scenario":"leak"}')
  expect(takeRequest(file)).toEqual({ kind: 'scenario', scenario: 'leak' })
  expect(takeRequest(file)).toEqual({ kind: 'none' })
})

test.each([
  ['', 'it is not JSON'],
  ['[]', 'it names no known scenario'],
  ['{"scenario":"chaos"}', 'it names no known scenario'],
  [`{"scenario":"leak","padding":"${'x'.repeat(5000)}"}`, 'it is larger than 4096 bytes'],
])('BI1 garbage is deleted, and told what is wrong with it: %.20s', (text, why) => {
  writeFileSync(file, text)
  expect(takeRequest(file)).toEqual({ kind: 'garbage', why })
  expect(existsSync(file)).toBe(false)
})

test('a link is not followed, and what it points to stays', () => {
  const elsewhere = join(dir, 'elsewhere.json')
  writeFileSync(elsewhere, '{"scenario":"leak"}')
  symlinkSync(elsewhere, file)
  expect(takeRequest(file)).toEqual({ kind: 'garbage', why: 'it cannot be read (ELOOP)' })
  expect(() => lstatSync(file)).toThrow('ENOENT')
  expect(existsSync(elsewhere)).toBe(true)
})

test('what cannot be deleted is reported once, and never acted on', async () => {
  mkdirSync(join(file, 'full'), { recursive: true })
  const heard: string[] = []
  const watch = watchRequests(file, {
    scenario: (scenario) => heard.push(`scenario ${scenario}`),
    garbage: (why) => heard.push(why),
  })
  await waitFor('the report', () => heard.length > 0)
  rmSync(file, { recursive: true })
  writeFileSync(file, '{"scenario":"leak"}')
  await waitFor('the next request', () => heard.includes('scenario leak'))
  watch.stop()
  expect(heard).toEqual(['it cannot be deleted', 'scenario leak'])
})

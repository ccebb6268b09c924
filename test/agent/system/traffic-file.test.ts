import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { TRAFFIC_FILE } from '#domain/schemas/traffic-file.ts'
import { readTrafficIn } from '#agent/system/traffic-file.ts'

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-traffic-'))
  path = join(directory, TRAFFIC_FILE)
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
})

test('WD14 what the agent counted is read as it was written', () => {
  const traffic = { boot: 'b', until: 5_000, seconds: [{ second: 4, requests: 9, errors: 2 }] }
  writeFileSync(path, JSON.stringify(traffic))
  expect(readTrafficIn(directory)).toEqual(traffic)
})

test.each([
  ['not there', () => {}],
  ['torn', () => writeFileSync(path, '{"boot":"b","unt')],
  ['of another form', () => writeFileSync(path, '{"boot":"b","until":1,"seconds":[{"second":1}]}')],
  [
    'negative',
    () => writeFileSync(path, '{"boot":"b","until":1,"seconds":[{"second":1,"requests":-1,"errors":0}]}'),
  ],
  ['far too large', () => writeFileSync(path, ' '.repeat(70_000))],
  ['a pipe that nobody writes to', () => execFileSync('mkfifo', [path])],
])('WD14 one that is %s is no word at all', (_title, make) => {
  make()
  expect(readTrafficIn(directory)).toBeNull()
})

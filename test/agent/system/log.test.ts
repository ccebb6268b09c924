/** Where a command's lines go: to the journal where there is one, and never nowhere. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ROOT } from '../../support/holdfast.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-log-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const SCRIPT = `
  import { fstatSync } from 'node:fs'
  import { logFromCommand } from '#agent/system/log.ts'
  const [directory, isConnected] = process.argv.slice(-2)
  const { dev, ino } = fstatSync(2)
  logFromCommand('info', 'guard released', { seq: 7 }, {
    journaldSocket: directory + '/socket',
    command: directory + '/systemd-cat',
    environment: isConnected === 'connected' ? { JOURNAL_STREAM: dev + ':' + ino } : { JOURNAL_STREAM: '1:2' },
  })
`

function tell({ connected = false } = {}): string {
  const words = [
    '--input-type=module-typescript',
    '--eval',
    SCRIPT,
    directory,
    connected ? 'connected' : 'not',
  ]
  const { stderr, status } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' })
  expect(status).toBe(0)
  return stderr
}

/** In its place: keeps its arguments and what it is told. */
function standIn(ending: string): void {
  writeFileSync(join(directory, 'socket'), '')
  writeFileSync(
    join(directory, 'systemd-cat'),
    `#!/bin/sh\necho "$@" > "$0.args"; cat > "$0.said"\n${ending}\n`,
  )
  chmodSync(join(directory, 'systemd-cat'), 0o755)
}

const lineIn = (text: string) => JSON.parse(text) as object
const LINE = { level: 'info', message: 'guard released', seq: 7 }

test('AU2 where journald runs, it is told, and the terminal of whoever called is left alone', () => {
  standIn('exit 0')
  expect(tell()).toBe('')
  expect(lineIn(readFileSync(join(directory, 'systemd-cat.said'), 'utf8'))).toMatchObject(LINE)
  expect(readFileSync(join(directory, 'systemd-cat.args'), 'utf8')).toBe(
    '--identifier=holdfast --priority=info\n',
  )
})

test('AU2 where standard error is the journal already, it is told there', () => {
  standIn('exit 0')
  expect(lineIn(tell({ connected: true }))).toMatchObject(LINE)
  expect(existsSync(join(directory, 'systemd-cat.said'))).toBe(false)
})

test.each([
  ['there is none', () => undefined],
  ['its program is missing', () => writeFileSync(join(directory, 'socket'), '')],
  ['it does not take the line', () => standIn('exit 1')],
])('AU2 where %s, the line goes to standard error', (_title, prepare) => {
  prepare()
  expect(lineIn(tell())).toMatchObject(LINE)
})

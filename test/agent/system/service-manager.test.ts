/** What is made of systemctl's answers: each case a program that gives one. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemdServices } from '#agent/system/service-manager.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-systemctl-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

function answering(script: string) {
  const systemctl = join(directory, 'systemctl')
  writeFileSync(systemctl, `#!/bin/sh\nprintf '%s\\n' "$@" > ${directory}/words\n${script}\n`)
  chmodSync(systemctl, 0o755)
  return systemdServices({ unit: 'app.service', systemctl, booted: directory })
}

const words = () => readFileSync(join(directory, 'words'), 'utf8').trim().split('\n')

test('SE9 the words are fixed: one verb, one unit, nothing that could be an option', async () => {
  expect(await answering('exit 0').restart()).toEqual({ kind: 'begun' })
  expect(words()).toEqual(['restart', '--no-block', '--no-ask-password', '--', 'app.service'])
})

test('WD16 a loaded unit is available, with the process that it runs', async () => {
  const service = answering('echo LoadState=loaded; echo ActiveState=active; echo MainPID=42')
  expect(await service.look()).toEqual({ kind: 'available', mainPid: 42, hasFailed: false })
})

test.each([
  [
    'an unknown unit',
    'echo LoadState=not-found; echo MainPID=0',
    'no unit app.service to restart (not-found)',
  ],
  [
    'a bus that is not there',
    'echo "Failed to connect to bus: No such file" >&2; exit 1',
    'Failed to connect',
  ],
])('WD16 %s makes the rung unavailable, with the reason', async (_, script, detail) => {
  const look = await answering(script).look()
  expect(look).toMatchObject({ kind: 'unavailable', detail: expect.stringContaining(detail) })
})

test('WD16 without systemctl, without systemd, and for a demonstration it is unavailable', async () => {
  const unit = 'app.service'
  const absent = systemdServices({ unit, systemctl: join(directory, 'none'), booted: directory })
  expect(await absent.look()).toMatchObject({ detail: `${directory}/none is not there` })
  expect(await absent.restart()).toMatchObject({ kind: 'refused' })
  const notBooted = systemdServices({ unit, booted: join(directory, 'none') })
  expect(await notBooted.look()).toMatchObject({ detail: 'systemd does not run here' })
  const demonstration = systemdServices({ unit: null })
  expect(await demonstration.look()).toMatchObject({ kind: 'unavailable' })
  expect(await demonstration.restart()).toMatchObject({ kind: 'refused' })
})

test.each([
  ['denied', 'Failed to restart app.service: Interactive authentication required.', 'refused'],
  ['denied in other words', 'Failed to restart app.service: Access denied', 'refused'],
  ['a unit that went away', 'Failed to restart app.service: Unit app.service not found.', 'refused'],
  ['no bus', 'Failed to connect to bus: No such file or directory', 'refused'],
  ['anything else', 'Job for app.service failed.', 'begun'],
])('WD9 %s: what is not known to be refused counts as begun', async (_, errors, kind) => {
  expect(await answering(`echo '${errors}' >&2; exit 1`).restart()).toMatchObject({ kind })
})

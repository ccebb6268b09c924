/** MG4: a rehearsed program is told to end as its unit tells it, and what it leaves is told. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { endProgram } from '#agent/release/rehearse/program-end.ts'
import { sightProcess } from '#agent/system/process-table.ts'
import { until } from '../../support/until.ts'

const place = mkdtempSync(join(tmpdir(), 'holdfast-program-end-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Writes down that it was told, and goes on; its pid is there once it would hear it. */
const CHILD = `trap 'echo told > told' TERM; echo $$ > child; while :; do sleep 0.02; done`
/** Does what the case says when it is told itself. */
const PROGRAM = (whenTold: string) => `
  trap '${whenTold}' TERM
  /bin/sh -c "$1" & child=$!
  while :; do sleep 0.02; done`

test.each([
  ['ends its child', 'sleep 0.2; kill -KILL $child; exit 0', 'by_itself'],
  ['leaves its child', 'exit 0', 'left_others'],
  ['does not end', ':', 'killed'],
])('MG4 a program that %s: it alone is told, and nothing of it is left', async (name, whenTold, end) => {
  const cwd = mkdtempSync(join(place, `${name.replaceAll(' ', '-')}-`))
  const words = ['-c', PROGRAM(whenTold), 'program', CHILD]
  const program = spawn('/bin/sh', words, { cwd, detached: true, stdio: 'ignore' })
  const child = await until('its child', () => {
    const file = join(cwd, 'child')
    return existsSync(file) && Number(readFileSync(file, 'utf8'))
  })
  expect(await endProgram(program, 1000)).toBe(end)
  await until('both have ended', () => [program.pid ?? 0, child].every((pid) => sightProcess(pid) === null))
  expect(existsSync(join(cwd, 'told'))).toBe(false)
})

test('MG4 a program that could not be started has ended', async () => {
  const program = spawn(join(place, 'missing'), { detached: true })
  program.on('error', () => {})
  expect(await endProgram(program, 1000)).toBe('by_itself')
})

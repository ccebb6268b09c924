import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { demoPaths } from '#agent/demo/demo-paths.ts'
import { chooseTarget } from '#agent/demo/target-command.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import inRepository from '../../../deploy/runtime-contract.json' with { type: 'json' }

const dir = mkdtempSync(join(tmpdir(), 'demo-command-'))
afterAll(() => rmSync(dir, { recursive: true }))

/** A program that answers `--help` as told, and its interpreter. */
function gunicornThatSays(help: string, exitCode = 0) {
  const gunicorn = join(dir, 'gunicorn')
  writeFileSync(gunicorn, `cat <<'END'\n${help}\nEND\nexit ${exitCode}\n`)
  chmodSync(gunicorn, 0o755)
  return { interpreter: '/bin/sh', gunicorn, node: process.execPath }
}

function choose(binaries: RuntimeContract['binaries'], choice: 'auto' | 'gunicorn' | 'node') {
  const contract = { ...inRepository, kind: 'demonstration', binaries } as RuntimeContract
  return chooseTarget({
    contract,
    choice,
    paths: demoPaths(contract),
    statsd: { host: '127.0.0.1', port: 8125 },
    signal: new AbortController().signal,
  })
}

test("the contract's own gunicorn comes first, on the contract's address and pid file", async () => {
  const binaries = gunicornThatSays('--worker-class')
  const command = await choose(binaries, 'auto')
  expect(command).toMatchObject({ kind: 'gunicorn', file: '/bin/sh' })
  expect(command.args[0]).toBe(binaries.gunicorn)
  expect(command.args.join(' ')).toContain('--bind 127.0.0.1:8080 --pid /run/holdfast/gunicorn.pid')
  expect(command.args).not.toContain('--preload')
})

test('a gunicorn with a control socket opens none, or one in our own directory', async () => {
  const without = await choose(gunicornThatSays('--worker-class'), 'gunicorn')
  expect(without.args.join(' ')).not.toContain('control-socket')
  const withPlace = await choose(gunicornThatSays('--worker-class --control-socket'), 'gunicorn')
  expect(withPlace.args.join(' ')).toContain('--control-socket /var/lib/holdfast/demonstration/target/')
  const withIt = await choose(gunicornThatSays('--worker-class --no-control-socket'), 'gunicorn')
  expect(withIt.args).toContain('--no-control-socket')
})

test.each([
  ['fails', () => gunicornThatSays('--worker-class', 1)],
  ['is something else', () => gunicornThatSays('--verbose')],
  ['is not there', () => ({ interpreter: '/nowhere/python', gunicorn: '/nowhere/gunicorn', node: '/n' })],
])('a gunicorn that %s is not used', async (_, given) => {
  const binaries = given()
  const command = await choose(binaries, 'auto')
  expect(command.args[0]).not.toBe(binaries.gunicorn)
})

test('the Node target can be asked for, and runs on the node that runs the demonstration', async () => {
  const command = await choose(gunicornThatSays('--worker-class'), 'node')
  expect(command).toMatchObject({ kind: 'node', file: process.execPath })
})

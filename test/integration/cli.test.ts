import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { COMMANDS } from '#agent/cli/registry.ts'
import { SHIPPED_CONTRACT } from '#agent/places.ts'
import { holdfast, ROOT, scratch } from '../support/holdfast.ts'

test('--help lists every command and the exit codes', async () => {
  const { code, stdout } = await holdfast(['--help'])
  expect(code).toBe(0)
  for (const { name } of COMMANDS) expect(stdout).toContain(name)
  for (const meaning of ['0 done', '2 wrong usage', '3 refused', '4 drift', '5 the agent'])
    expect(stdout).toContain(meaning)
})

test('every command explains itself, on standard output, with an example', async () => {
  for (const { name, summary } of COMMANDS) {
    const { code, stdout, stderr } = await holdfast([...name.split(' '), '--help'])
    expect({ code, stderr }, name).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(summary)
    expect(stdout).toContain('Examples')
  }
})

test('an unknown command is wrong usage, with a suggestion on standard error', async () => {
  const { code, stdout, stderr } = await holdfast(['sevre'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('did you mean "serve"?')
})

test('--json puts exactly one document on standard output, for an answer and for a failure', async () => {
  const answer = await holdfast(['config', 'print', '--json'])
  expect(JSON.parse(answer.stdout)).toMatchObject({
    settings: expect.arrayContaining([expect.objectContaining({ key: 'port' })]),
  })
  const failure = await holdfast(['config', 'print', '--json'], { HOLDFAST_PORT: 'x' })
  expect(failure.code).toBe(2)
  expect(JSON.parse(failure.stdout)).toMatchObject({ success: false, reasons: [{ code: 'config_invalid' }] })
})

test('config print names the source of each value', async () => {
  const place = scratch()
  const file = join(place.directory, 'holdfast.json')
  writeFileSync(file, JSON.stringify({ probe: { interval_s: 2 } }))
  const { stdout, stderr } = await holdfast(['config', 'print', '--config', file], {
    HOLDFAST_PORT: '9000',
    WATCHDOG_RUNTIME_DIR: '/srv/run',
    HOLDFAST_PRT: '1',
  })
  const row = (key: string) => stdout.split('\n').find((line) => line.startsWith(`${key} `))
  expect(row('port')).toMatch(/9000 +env HOLDFAST_PORT$/)
  expect(row('probe.interval_s')).toMatch(new RegExp(`2 +file ${file}$`))
  expect(row('host')).toMatch(/127\.0\.0\.1 +preset$/)
  expect(row('runtime_dir')).toContain('/srv/run')
  expect(row('contract: paths.pid_file')).toMatch(/\/srv\/run\/gunicorn\.pid/)
  expect(stderr).toContain('HOLDFAST_PRT: an unknown variable; did you mean HOLDFAST_PORT')
  place.remove()
})

test.each([
  ['not there', null, 'cannot be read (ENOENT)'],
  ['no JSON', '{"port": 80', 'is not JSON'],
  ['no object', '[]', 'expected a JSON object'],
  ['two-faced', '{"port": 8080,\n"port": 9090}', 'says port twice, again in line 2'],
])('BI1 a configuration file that is %s is named', async (_, content, message) => {
  const place = scratch()
  const file = join(place.directory, 'holdfast.json')
  if (content !== null) writeFileSync(file, content)
  const { code, stderr } = await holdfast(['config', 'print', '--config', file])
  expect(code).toBe(2)
  expect(stderr).toContain(file)
  expect(stderr).toContain(message)
  place.remove()
})

test('RC7 drift between contract and environment is refused, or with enforcement off a warning', async () => {
  const drifted = { RUNTIME_CONTRACT_VERSION: '2020.01.1' }
  const refused = await holdfast(['config', 'print'], drifted)
  expect(refused.code).toBe(4)
  expect(refused.stderr).toContain('RUNTIME_CONTRACT_VERSION')
  const warned = await holdfast(['config', 'print'], { ...drifted, RUNTIME_CONTRACT_ENFORCE: 'false' })
  expect(warned.code).toBe(0)
  expect(warned.stderr).toContain('warning: RUNTIME_CONTRACT_VERSION')
})

test('BI1 a device in place of a configuration file is refused, not read without end', async () => {
  const { code, stderr } = await holdfast(['config', 'print', '--config', '/dev/zero'])
  expect(code).toBe(2)
  expect(stderr).toContain('/dev/zero cannot be read (no regular file)')
})

test('BI1 each wrong field of a contract file is named, with what was expected and found', async () => {
  const place = scratch()
  const file = join(place.directory, 'contract.json')
  const shipped = JSON.parse(readFileSync(SHIPPED_CONTRACT, 'utf8')) as object
  writeFileSync(file, JSON.stringify({ ...shipped, version: 7.5, kind: 'prod', bind: undefined, usr: 1 }))
  const { code, stderr } = await holdfast(['config', 'print'], { HOLDFAST_CONTRACT_FILE: file })
  expect(code).toBe(4)
  expect(stderr).toContain('version: expected text, found 7.5')
  expect(stderr).toContain('kind: expected one of "production", "demonstration", found "prod"')
  expect(stderr).toContain('bind: expected text, found nothing')
  expect(stderr).toContain('usr: expected a known key')
  place.remove()
})

test('demo refuses --config, which only start takes', async () => {
  const { code, stderr } = await holdfast(['demo', '--config', '/nowhere.json'])
  expect(code).toBe(2)
  expect(stderr).toContain('a demonstration takes no --config')
})

test('BI1 an answer that cannot be written fails by its exit code, without a stack trace', () => {
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = spawnSync(process.execPath, ['tools/holdfast.mjs', '--version'], {
    cwd: ROOT,
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  })
  closeSync(full)
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
})

/** MG2: whatever becomes of a gate's program, only a report that it bears out is a pass. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { interpreterOf } from '#agent/release/interpreters.ts'
import { plainReport, runProgram } from '#agent/release/run-program.ts'
import { until } from '../../support/until.ts'

const release = mkdtempSync(join(tmpdir(), 'holdfast-gate-'))
mkdirSync(join(release, 'gates'))
afterAll(() => rmSync(release, { recursive: true, force: true }))

const REPORT = {
  format: 'holdfast.gate-report/1',
  outcome: 'passed',
  checks: 2,
  figures: [],
  findings: [],
  hashes: [],
}
const FINDING = { code: 'broken', message: 'it is broken', mend: 'mend it' }

async function run(text: string, limitMs = 20_000) {
  const file = 'gates/program.mjs'
  writeFileSync(join(release, file), text)
  const { report, command } = await runProgram(
    { kind: 'script', file },
    { release, env: {} },
    { limitMs, interpret: plainReport },
  )
  expect(command).toBe(`node ${file}`)
  return { outcome: report.outcome, code: report.findings[0]?.code, message: report.findings[0]?.message }
}

const printing = (report: object) => `process.stdout.write(${JSON.stringify(JSON.stringify(report))})`

test('MG2 a report of things looked at, and nothing found, is a pass', async () => {
  expect(await run(printing(REPORT))).toMatchObject({ outcome: 'passed' })
})

test.each([
  [
    'says passed beside a finding',
    printing({ ...REPORT, findings: [FINDING] }),
    { outcome: 'failed', code: 'broken' },
  ],
  ['looked at nothing', printing({ ...REPORT, checks: 0 }), { outcome: 'not_run', code: 'nothing_checked' }],
  ['prints another form', printing({ ok: true }), { outcome: 'not_run', code: 'died' }],
  [
    'prints half a report',
    'process.stdout.write(\'{"format": "holdfast.gate-rep\')',
    { outcome: 'not_run', code: 'died' },
  ],
  ['dies by an error', 'throw new Error("for want of a nail")', { outcome: 'not_run', code: 'died' }],
  [
    'is killed',
    'process.kill(process.pid, "SIGKILL")',
    { outcome: 'not_run', code: 'died', message: 'it was ended by SIGKILL' },
  ],
  [
    'prints without end',
    'const more = () => process.stdout.write("x".repeat(100_000), more); more()',
    { outcome: 'not_run', code: 'report_invalid' },
  ],
])('MG2 a program that %s is no pass', async (_, text, seen) => {
  expect(await run(text)).toMatchObject(seen)
})

test('MG2 one that hangs is ended at its limit, deaf or not, with everything that it has started', async () => {
  const pidFile = join(release, 'child.pid')
  const text = `
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
process.on('SIGTERM', () => {})
const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'ignore' })
writeFileSync(${JSON.stringify(pidFile)}, String(child.pid))
${printing(REPORT)}
setInterval(() => {}, 1000)`
  expect(await run(text, 1500)).toMatchObject({ outcome: 'not_run', code: 'hangs' })
  const pid = readFileSync(pidFile, 'utf8')
  await until('its child has ended', () => {
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ' Z '
    return / Z /.test(stat)
  })
})

test('MG2 one that is not there is told as a missing tool', async () => {
  const place = { release, env: {} }
  const limits = { limitMs: 1000, interpret: plainReport }
  const { report } = await runProgram({ kind: 'script', file: 'gates/none.mjs' }, place, limits)
  expect(report).toMatchObject({ outcome: 'not_run', findings: [{ code: 'tool_missing' }] })
})

const image = { ok: true, findings: [], checked: [{ kind: 'dockerfile', place: 'a', entries: 9, bytes: 1 }] }
const found = { rule: 'compiler', place: 'usr/bin/gcc', message: 'a compiler', mend: 'leave it out' }

test.each([
  ['a clean one', image, 0, { outcome: 'passed', checks: 9 }],
  [
    'one with a finding',
    { ...image, ok: false, findings: [found] },
    4,
    { outcome: 'failed', findings: [{ message: 'compiler: usr/bin/gcc: a compiler' }] },
  ],
  ['one that says ok and ends otherwise', image, 1, { outcome: 'failed' }],
  [
    'one that could not look',
    { success: false, error: { code: 'input_invalid', message: 'no such file' } },
    2,
    { outcome: 'not_run', findings: [{ code: 'input_invalid' }] },
  ],
])('IM3 the image check is read as a gate: %s', (_, document, code, seen) => {
  expect(interpreterOf('image-contract')(document, code)).toMatchObject(seen)
})

test('IM3 what is no answer of the image check is none', () => {
  expect(interpreterOf('image-contract')({ ok: true }, 0)).toBeNull()
})

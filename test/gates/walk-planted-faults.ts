/**
 * `npm run gates:planted [-- GATE …]`: commits each planted fault to a clone of this checkout, one after the other, builds it,
 * runs all gates for real, and asks for the cutover. It is well when exactly the fault's own gate fails, and the cutover
 * refuses with exit code 3 and names that gate alone. Some two minutes each.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EXIT } from '#agent/cli/command.ts'
import { GATE_IDS, isGateId, type GateId } from '#domain/release/gates.ts'
import { ROOT } from '../support/holdfast.ts'
import { PLANTED_FAULTS } from './planted-faults.ts'

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !isGateId(name))
if (unknown.length > 0) {
  process.stderr.write(`no such gate: ${unknown.join(', ')}; known: ${GATE_IDS.join(', ')}\n`)
  process.exit(2)
}

const scratch = mkdtempSync(join(tmpdir(), 'holdfast-planted-'))
const clone = join(scratch, 'checkout')
try {
  execFileSync('git', ['clone', '-q', ROOT, clone])
  // Links, not copies: nothing in there is written to.
  execFileSync('cp', ['-al', join(ROOT, 'node_modules'), join(clone, 'node_modules')])
  rmSync(join(clone, 'node_modules/.cache'), { recursive: true, force: true })
  const ids = wanted.length === 0 ? GATE_IDS : wanted.filter(isGateId)
  const missed = ids.filter((id) => !isFoundAlone(id))
  say(`${ids.length - missed.length} of ${ids.length} planted faults failed their own gate alone`)
  process.exitCode = missed.length === 0 ? 0 : 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function isFoundAlone(id: GateId): boolean {
  plant(id)
  const from = performance.now()
  const { gates } = answerOf<{ gates: { id: string; evidence: { outcome: string } }[] }>('gates', 'run')
  const failed = gates.filter(({ evidence }) => evidence.outcome !== 'passed').map((gate) => gate.id)
  const cutover = answerOf<{ reasons: { gate: string; code: string; message: string }[] }>('cutover')
  const named = [...new Set(cutover.reasons.map(({ gate }) => gate))]
  const seconds = Math.round((performance.now() - from) / 1000)
  const isAlone = [failed, named].every((found) => found.join() === id) && cutover.code === EXIT.refused
  say(
    `${isAlone ? '✓' : '✗'} ${id}: failed ${failed.join(', ') || 'none'} of ${gates.length}; ` +
      `cutover exit ${cutover.code}, names ${named.join(', ') || 'none'} (${seconds} s)`,
  )
  // Each with its first finding: a gate that failed beside the fault's own leaves nothing else to read.
  for (const { code, message } of cutover.reasons) say(`    ${code}: ${message}`)
  git('reset', '-q', '--hard', 'HEAD~1')
  return isAlone
}

function plant(id: GateId): void {
  const { file, from, to } = PLANTED_FAULTS[id]
  const path = join(clone, file)
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(from, () => to),
  )
  git('-c', 'user.name=planted', '-c', 'user.email=planted@invalid', 'commit', '-qam', `A fault for ${id}`)
  // A build keeps the files of the one before, whose fault was another.
  for (const built of ['build', 'dist']) rmSync(join(clone, built), { recursive: true, force: true })
  execFileSync(process.execPath, ['tools/ensure.mjs'], { cwd: clone, stdio: ['ignore', 'ignore', 'inherit'] })
}

function answerOf<Answer>(...words: string[]): Answer & { code: number | null } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/holdfast.mjs', ...words, '--json'], {
    cwd: clone,
    encoding: 'utf8',
  })
  if (!stdout.startsWith('{')) throw new Error(`holdfast ${words.join(' ')} ended with ${status}: ${stderr}`)
  return { ...(JSON.parse(stdout) as Answer), code: status }
}

function git(...words: string[]): void {
  execFileSync('git', ['-C', clone, ...words])
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

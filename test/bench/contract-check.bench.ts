/**
 * `holdfast contract check` on a whole deployment in a scratch root, with two hundred other processes to look through:
 * how long the check itself takes, the first time in a process as for a command, and how long the command with its start
 * of Node. The limit is 150 ms for the check.
 */
import { spawnSync } from 'node:child_process'
import { AGENT_PROGRAM } from '../support/holdfast.ts'
import { DriftGround } from '../agent/contract/drift-ground.ts'
import { Story } from './support/report.ts'

const ROUNDS = Number(process.env['ROUNDS'] ?? 15)
const PROCESSES = 200
const LIMIT_MS = 150

/** In a process of its own each time: nothing is compiled or read before. */
const ONCE = `
  const { checkContract } = await import('#agent/contract/check-contract.ts')
  const { HostRoot } = await import('#agent/contract/host-root.ts')
  const from = performance.now()
  const { items } = checkContract(new HostRoot(process.argv[1]), '/opt/holdfast/current/deploy/runtime-contract.json', {})
  console.log(JSON.stringify({ ms: performance.now() - from, items: items.length }))
`

const story = await Story.open('contract-check')
const ground = new DriftGround()
try {
  for (let pid = 1000; pid < 1000 + PROCESSES; pid += 1) {
    ground.process(pid, { exe: '/usr/bin/x', cwd: '/' }, { cmdline: ['/usr/bin/x', '--y'], environ: ['A=b'] })
  }
  const checks = Array.from({ length: ROUNDS }, () => once())
  const commands = Array.from({ length: ROUNDS }, () => command())
  const checkMs = sorted(checks.map(({ ms }) => ms))
  const commandMs = sorted(commands)
  story.measured(
    'a whole deployment',
    {
      items: checks[0]?.items ?? 0,
      check_ms_median: at(checkMs, 0.5),
      check_ms_p95: at(checkMs, 0.95),
      command_ms_median: at(commandMs, 0.5),
      command_ms_p95: at(commandMs, 0.95),
    },
    { check_ms_median: { atMost: LIMIT_MS } },
  )
} finally {
  ground.remove()
  story.close()
}

function once(): { ms: number; items: number } {
  const args = ['--input-type=module-typescript', '--eval', ONCE, ground.root]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as { ms: number; items: number }
}

function command(): number {
  const from = performance.now()
  const { status, stdout } = spawnSync(
    process.execPath,
    [AGENT_PROGRAM, 'contract', 'check', '--root', ground.root],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(stdout)
  return performance.now() - from
}

function sorted(values: number[]): number[] {
  return values.toSorted((a, b) => a - b)
}

function at(values: readonly number[], share: number): number {
  return Math.round((values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0) * 10) / 10
}

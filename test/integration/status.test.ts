/** `holdfast status` of the real thing: beside an agent, without one, in a terminal and in a pipe. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StatusDocument } from '#agent/operator/read-status.ts'
import {
  holdfast,
  processesOf,
  readyUrl,
  ROOT,
  run,
  scratch,
  type Run,
  type Scratch,
  AGENT_PROGRAM,
} from '../support/holdfast.ts'
import { until } from '../support/until.ts'

const CLI = [process.execPath, AGENT_PROGRAM]
const isRoot = process.getuid?.() === 0

let place: Scratch
let started: Run

beforeAll(async () => {
  place = scratch()
  started = run(['tools/start.mjs', '--scenario', 'calm'], place.env)
  await readyUrl(started)
})
afterAll(async () => {
  started.process.kill('SIGTERM')
  await started.ended
  place.remove()
})

async function read(): Promise<StatusDocument> {
  const { code, stdout, stderr } = await holdfast(['status', '--json'], place.env)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as StatusDocument
}

test('beside an agent it says what the agent says, with the real target and the real history', async () => {
  const document = await until('the allowed state', async () => {
    const seen = await read()
    return seen.worker.policy_state.state === 'allowed' && seen
  })
  expect(document).toMatchObject({
    source: 'agent',
    agent_problem: null,
    health: { status: 'healthy' },
    worker: { history_readable: true, watchdog: { running: true, problem: null }, pause: null },
  })
  const { stdout } = await holdfast(['status'], place.env)
  expect(stdout).toMatch(/^HEALTHY {5}The service is well/)
  expect(stdout).not.toContain('\u001b')
})

describe('--watch', () => {
  interface Seen {
    code: number
    written: string
    seconds_after_ctrl_c: number
  }

  async function inTerminal(seconds: number, env: Record<string, string> = {}): Promise<Seen> {
    const words = [join(ROOT, 'test/integration/support/terminal.py'), `${seconds}`, '24', '80']
    const { stdout } = await promisify(execFile)('python3', [...words, ...CLI, 'status', '--watch'], {
      env: { PATH: process.env['PATH'], TERM: 'xterm', ...place.env, ...env },
    })
    return JSON.parse(stdout) as Seen
  }

  test('in a terminal it draws over itself, and Ctrl-C gives the screen back at once', async () => {
    const { code, written, seconds_after_ctrl_c: seconds } = await inTerminal(4)
    expect(code).toBe(0)
    expect(seconds).toBeLessThan(2)
    expect(written.startsWith('\u001b[?1049h\u001b[?25l')).toBe(true)
    expect(written.trimEnd().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true)
    expect(written.match(/\u001b\[\?1049h/g)).toHaveLength(1)
    const pictures = written.split('\u001b[H').slice(1)
    expect(pictures.length).toBeGreaterThanOrEqual(2)
    for (const picture of pictures) {
      expect(picture).toContain('HEALTHY')
      // Wiping the screen first is what flickers; a line feed in the last row is what scrolls.
      expect(picture).not.toContain('\u001b[2J')
      expect(picture.split('\r\n').length).toBeLessThanOrEqual(24)
    }
    expect(written).toContain('\u001b[32mHEALTHY')
  })

  test('NO_COLOR takes the colours, and nothing else', async () => {
    const { code, written } = await inTerminal(2.5, { NO_COLOR: '1' })
    expect(code).toBe(0)
    expect(written).toContain('HEALTHY')
    // Only positions, clearing and modes are left.
    expect(written).not.toMatch(/\u001b\[[\d;]*m/)
  })

  test('in a pipe it writes a line when something changes, and ends with its reader', async () => {
    const watch = run([AGENT_PROGRAM, 'status', '--watch'], place.env)
    await until('the first line', () => watch.stdout().includes('\n'))
    await holdfast(['pause', '--reason', 'deploy'], place.env)
    await until('the pause', () => watch.stdout().includes('PAUSED'))
    await holdfast(['resume'], place.env)
    await until('the end of the pause', () => /policy allowed[^\n]*\n$/.test(watch.stdout()))
    watch.process.kill('SIGINT')
    expect(await watch.ended).toBe(0)
    const lines = watch.stdout().trimEnd().split('\n')
    expect(lines.every((line) => /^\d{4}-\d\d-\d\dT[\d:.]+Z (healthy|degraded)/.test(line))).toBe(true)
    expect(watch.stdout()).not.toContain('\u001b')
    const facts = lines.map((line) => line.slice(line.indexOf(' ')))
    expect(facts.every((fact, index) => index === 0 || fact !== facts[index - 1])).toBe(true)
  })

  test('a reader that has seen enough ends it', async () => {
    const words = `${CLI.join(' ')} status --watch | head -n 1`
    const child = spawn('sh', ['-c', words], {
      env: { PATH: process.env['PATH'], ...place.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const end = once(child, 'close')
    // It notices when it next has something to say.
    await once(child.stdout, 'data')
    await holdfast(['pause', '--reason', 'deploy'], place.env)
    await end
    await holdfast(['resume'], place.env)
    expect(child.exitCode).toBe(0)
  })

  test('BI1 with --json it is wrong usage', async () => {
    const { code, stderr } = await holdfast(['status', '--watch', '--json'], place.env)
    expect(code).toBe(2)
    expect(stderr).toContain('use one')
  })
})

test.runIf(isRoot)(
  'WD11 an account that may not look into the directories is told so, and sees no quiet history',
  async () => {
    const [, main = ''] = CLI
    const asked = promisify(execFile)(
      'setpriv',
      ['--reuid=4242', '--regid=4242', '--clear-groups', '--', process.execPath, main, 'status'],
      { env: { ...place.env, PATH: process.env['PATH'] } },
    )
    await expect(asked).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cannot be read by this account'),
    })
  },
)

test('without an agent it reads the files and looks at the target itself, and says so', async () => {
  const other = scratch()
  const first = run(['tools/start.mjs', '--scenario', 'calm'], other.env)
  await readyUrl(first)
  const pids = await processesOf(other.directory)
  const agent = pids.filter((pid) => commandLineOf(pid).endsWith('serve'))
  expect(agent).toHaveLength(1)
  // Stopped and not killed: its supervisor would start it again.
  process.kill(agent[0] ?? 0, 'SIGSTOP')
  try {
    const { code, stdout } = await holdfast(['status', '--json'], other.env)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      source: 'files',
      agent_problem: expect.stringContaining('within 2 s'),
      health: { status: 'healthy', services: { target: 'ok' } },
      worker: { watchdog: { running: true } },
    })
  } finally {
    process.kill(agent[0] ?? 0, 'SIGCONT')
    first.process.kill('SIGTERM')
    await first.ended
  }
  // Nothing runs any more: the files are still read, and nothing is called well.
  const after = await holdfast(['status'], other.env)
  expect(after.code).toBe(0)
  expect(after.stdout).toMatch(/^UNHEALTHY/)
  expect(after.stdout).toContain('UNWATCHED')
  other.remove()
})

function commandLineOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
}

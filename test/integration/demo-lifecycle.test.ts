/** Start and stop of the demonstration: nothing of it may outlive it, however it ends. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DemoGround, DemoRun, MAIN, TARGETS, httpGet } from './support/demo.ts'
import { filesOpenToWrite, isAlive, processesMentioning, sessionOf, workersOf } from './support/processes.ts'
import { waitFor } from './support/wait.ts'

let ground: DemoGround
const bystanders: ChildProcess[] = []

beforeEach(async () => {
  ground = await DemoGround.open()
})

afterEach(async () => {
  for (const bystander of bystanders.splice(0)) bystander.kill('SIGKILL')
  await ground.close()
})

async function expectNothingLeft(): Promise<void> {
  expect(ground.processes()).toEqual([])
  await expect(httpGet(ground.port, '/health')).rejects.toThrow('ECONNREFUSED')
  expect(readdirSync(ground.runtimeDir)).toEqual([])
  expect(readdirSync(ground.stateDir)).toEqual(['demonstration'])
}

describe.each(TARGETS)('with the %s target', (kind) => {
  test('stopping it leaves no process, no port and no file outside its own directory', async () => {
    const sources = () => readdirSync(join(MAIN, '..'), { recursive: true }).toSorted()
    const sourcesBefore = sources()
    const run = new DemoRun(ground.arguments(kind, 'pool-exhaustion'))
    const { masterPid } = await run.event('ready')
    await waitFor('a few requests', () => ground.datagrams.length > 10)
    expect(sessionOf(masterPid), 'Ctrl-C in the terminal does not reach it').toBe(masterPid)
    const opened = [masterPid, ...workersOf(masterPid)].flatMap(filesOpenToWrite)
    const outside = opened.filter((name) => !name.startsWith(ground.dir) && !name.startsWith('/proc'))

    expect(await run.stop()).toBe(0)
    expect(run.stderr).toBe('')
    expect(opened, 'its own are seen').not.toEqual([])
    expect(outside).toEqual([])
    expect(sources()).toEqual(sourcesBefore)
    await expectNothingLeft()
  })

  test('killed without a chance to tidy up, it is tidied up after by the next start', async () => {
    const first = new DemoRun(ground.arguments(kind, 'crash-loop'))
    const { masterPid } = await first.event('ready')
    await waitFor('the crash loop', () => ground.status().phase.id === 'crash-loop')
    first.child.kill('SIGKILL')
    await first.exited
    expect(isAlive(masterPid)).toBe(true)

    const second = new DemoRun(ground.arguments(kind, 'calm'))
    const ready = await second.event('ready')
    expect(isAlive(masterPid)).toBe(false)
    expect(ground.masterPid).toBe(ready.masterPid)
    await waitFor('four healthy workers', async () => {
      const health = await ground.health()
      return health.status === 'healthy' && health.system_memory?.worker_count === 4
    })
    expect(await second.stop()).toBe(0)
    await expectNothingLeft()
  })

  test('it ends with its supervisor, even one that was killed', async () => {
    // A supervisor of one line: starts the demonstration, passes on what it hears, and never says goodbye.
    const script = `require('node:child_process').fork(process.argv[1], process.argv.slice(2), { execArgv: [] })
      .on('message', (message) => process.stdout.write(JSON.stringify(message) + '\\n'))`
    const supervisor = spawn(process.execPath, ['-e', script, MAIN, ...ground.arguments(kind, 'calm')])
    bystanders.push(supervisor)
    let heard = ''
    supervisor.stdout.on('data', (data: Buffer) => (heard += data.toString()))
    await waitFor('the event ready', () => heard.includes('"ready"'))
    expect(ground.processes().length).toBeGreaterThanOrEqual(2)

    supervisor.kill('SIGKILL')
    await waitFor('no process of it', () => processesMentioning(ground.dir).length === 0)
    await expectNothingLeft()
  })

  test('a master that dies is started again after a second, its orphans ended first', async () => {
    const run = new DemoRun(ground.arguments(kind, 'calm'))
    const { masterPid } = await run.event('ready')
    const workers = workersOf(masterPid)
    // Stopped, they cannot notice by themselves that they are orphans.
    for (const pid of workers) process.kill(pid, 'SIGSTOP')
    const killedAtMs = performance.now()
    process.kill(masterPid, 'SIGKILL')
    const restarted = await run.event('target-restarted')
    expect(performance.now() - killedAtMs).toBeGreaterThan(900)
    expect(workers.filter(isAlive)).toEqual([])
    expect(run.stderr).toMatch(/^demonstration: the target's master \d+ was ended by SIGKILL\n$/)
    await waitFor(
      'answers again',
      async () => (await ground.get('/health').catch(() => null))?.status === 200,
    )
    expect(ground.masterPid).toBe(restarted.masterPid)
    expect(await run.stop()).toBe(0)
    await expectNothingLeft()
  })
})

describe('whatever the target', () => {
  // The Node target stops faster, and here it is not the target that is looked at.
  const kind = 'node'

  test('workers whose master was killed together with the demonstration are found and ended', async () => {
    const [kind] = TARGETS
    const first = new DemoRun(ground.arguments(kind, 'calm'))
    const { masterPid } = await first.event('ready')
    const workers = workersOf(masterPid)
    first.child.kill('SIGKILL')
    await first.exited
    // Stopped, they cannot notice by themselves that they are orphans.
    for (const pid of workers) process.kill(pid, 'SIGSTOP')
    process.kill(masterPid, 'SIGKILL')
    await waitFor('the end of the master', () => !isAlive(masterPid))
    expect(workers.filter(isAlive)).toEqual(workers)

    const second = new DemoRun(ground.arguments(kind, 'calm'))
    await second.event('ready')
    expect(workers.filter(isAlive)).toEqual([])
    expect(await second.stop()).toBe(0)
    await expectNothingLeft()
  })

  test('a process that only has the recorded pid, or only our pid file on its command line, is left alone', async () => {
    const reused = startBystander('a stranger')
    const lookAlike = startBystander(ground.pidFile)
    const ownDir = join(ground.stateDir, 'demonstration')
    mkdirSync(ownDir, { recursive: true })
    writeFileSync(join(ownDir, 'target-identity.json'), JSON.stringify(identityOf(reused.pid ?? 0)))
    writeFileSync(ground.pidFile, `${reused.pid}\n`)

    const run = new DemoRun(ground.arguments(kind, 'calm'))
    await run.event('ready')
    expect(await run.stop()).toBe(0)
    expect(isAlive(reused.pid ?? 0)).toBe(true)
    expect(isAlive(lookAlike.pid ?? 0)).toBe(true)
  })

  test('a second demonstration on the same directories refuses to start, and harms nothing', async () => {
    const first = new DemoRun(ground.arguments(kind, 'calm'))
    await first.event('ready')
    const second = new DemoRun(ground.arguments(kind, 'calm'))
    expect((await second.event('failed')).detail).toContain(
      `process id ${first.child.pid} uses these directories`,
    )
    expect(await second.exited).toBe(1)
    expect(await ground.get('/health')).toMatchObject({ status: 200 })
    expect(ground.status().scenario).toBe('calm')
    expect(await first.stop()).toBe(0)
  })

  test('a port that is taken is said to be taken', async () => {
    const squatter = createServer()
    await new Promise<void>((resolve) => squatter.listen(ground.port, '127.0.0.1', resolve))
    const run = new DemoRun(ground.arguments(kind, 'calm'))
    expect((await run.event('failed')).detail).toContain(
      `127.0.0.1:${ground.port} cannot be used (EADDRINUSE)`,
    )
    expect(await run.exited).toBe(1)
    await new Promise((resolve) => squatter.close(resolve))
    await expectNothingLeft()
  })

  test('stopped in the middle of its start, it leaves nothing either', async () => {
    const run = new DemoRun(ground.arguments(kind, 'calm'))
    await waitFor('the target to be started', () => ground.processes().length > 0, { everyMs: 2 })
    expect(await run.stop()).toBe(0)
    await expectNothingLeft()
  })

  test('the tour goes through its phases in order, says which, and starts again', async () => {
    const run = new DemoRun(ground.arguments(kind, 'tour', 200))
    await run.event('ready')
    const seen: string[] = []
    await waitFor(
      'the second round',
      () => {
        const { phase, scenario } = ground.status()
        expect(scenario).toBe('tour')
        expect(phase.until).toBeGreaterThan(phase.since)
        if (seen.at(-1) !== phase.id) seen.push(phase.id)
        return seen.length >= 10
      },
      { everyMs: 5 },
    )
    expect(seen.slice(0, 10)).toEqual([
      ...['calm', 'pool-exhaustion', 'calm', 'dependency-down', 'calm', 'leak', 'calm', 'crash-loop'],
      ...['calm', 'pool-exhaustion'],
    ])
    expect(await run.stop()).toBe(0)
    const faults = JSON.parse(readFileSync(join(ground.stateDir, 'demonstration/faults.json'), 'utf8'))
    expect(faults).toMatchObject({ leak_kb_per_request: 0, crash_at_boot: false })
  })

  test('a target that dies again and again is given up after five restarts in a minute', async () => {
    const run = new DemoRun(ground.arguments(kind, 'calm'))
    await run.event('ready')
    const identityFile = join(ground.stateDir, 'demonstration/target-identity.json')
    const killed = new Set<number>()
    await waitFor(
      'the end',
      () => {
        if (run.events.some((event) => event.type === 'failed')) return true
        const { pid } = JSON.parse(readFileSync(identityFile, 'utf8')).master
        if (!killed.has(pid) && isAlive(pid)) process.kill(pid, 'SIGKILL')
        killed.add(pid)
        return false
      },
      { withinMs: 30_000 },
    )
    expect(killed.size).toBe(6)
    expect((await run.event('failed')).detail).toContain('restarted 5 times in a minute')
    expect(await run.exited).toBe(1)
    await expectNothingLeft()
  })

  test('a request that is garbage is deleted and reported in one line, and the next one is heard', async () => {
    const run = new DemoRun(ground.arguments(kind, 'calm'))
    await run.event('ready')
    const requestFile = join(ground.runtimeDir, 'demonstration-request.json')
    writeFileSync(requestFile, 'no request')
    await waitFor('the garbage to go', () => !existsSync(requestFile))
    ground.request('chaos')
    await waitFor('the unknown scenario to go', () => !existsSync(requestFile))
    await ground.play('leak')
    expect(ground.status().phase).toMatchObject({ id: 'leak', until: null })
    expect(run.stderr.trimEnd().split('\n')).toEqual([
      'demonstration: deleted a request for another scenario: it is not JSON',
      'demonstration: deleted a request for another scenario: it names no known scenario',
    ])
    expect(await run.stop()).toBe(0)
  })
})

/** Does nothing, with a word of our choice on its command line. */
function startBystander(word: string): ChildProcess {
  const idle = 'setInterval(() => {}, 60_000)'
  const bystander = spawn(process.execPath, ['-e', idle, word], { detached: true, stdio: 'ignore' })
  bystanders.push(bystander)
  return bystander
}

/** What a run would have recorded of a master whose pid this process has got by now. */
function identityOf(pid: number) {
  return {
    format: 'holdfast.demonstration-target/1',
    boot_id: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    pid_file: ground.pidFile,
    master: { pid, start_ticks: 1 },
    keeper: { pid: 1, start_ticks: 1 },
  }
}

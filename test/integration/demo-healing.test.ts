/** The watchdog beside the demonstration's own target, as on a machine without gunicorn: it heals that one by itself too. */
import { spawn, type ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JournalEvent } from '#domain/journal/events.ts'
import { watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'
import { realPreflight } from '#agent/system/preflight.ts'
import { openTargetProcesses } from '#agent/system/target-processes.ts'
import { AGENT_PROGRAM } from '../support/holdfast.ts'
import { DemoGround, DemoRun } from './support/demo.ts'
import { waitFor } from './support/wait.ts'
import { workersOf } from './support/processes.ts'

const STAND_IN = join(import.meta.dirname, '../../src/agent/demo/node-target/main.ts')

describe('the demonstration without gunicorn', () => {
  let ground: DemoGround
  let run: DemoRun
  let watchdog: ChildProcess
  beforeAll(async () => {
    ground = await DemoGround.open()
    const { binaries, ...contract } = ground.contract()
    const own = { ...contract, conda: null, binaries: { ...binaries, node: process.execPath } }
    writeFileSync(ground.contractFile, JSON.stringify(own))
    run = new DemoRun(ground.arguments('node', 'calm'))
    await run.event('ready')
    await waitFor('four workers', async () => (await ground.health()).system_memory?.worker_count === 4)
  })
  afterAll(async () => {
    watchdog.kill('SIGKILL')
    await run.stop()
    await ground.close()
  })

  const events = async (type: JournalEvent['type']) => {
    const rows = await openJournalReader(watchdogJournalPath(ground.stateDir)).read(0, 1000)
    return rows.map(({ event }) => event).filter((event) => event.type === type)
  }
  const preflight = async () => {
    const processes = openTargetProcesses(ground.pidFile)
    const master = await processes.sight(ground.masterPid)
    processes.close()
    return master === null ? null : realPreflight({ standIn: STAND_IN })(master)
  }

  test('WD8 its workers are known as such', async () => {
    const processes = openTargetProcesses(ground.pidFile)
    const master = await processes.sight(ground.masterPid)
    processes.close()
    expect(master?.workers.map(({ pid }) => pid).toSorted()).toEqual(workersOf(ground.masterPid).toSorted())
  })

  test('WD8a it is tried before a reload', async () => {
    const settings = { gracefulTimeoutMs: 10_000, preloads: false }
    expect(await preflight()).toEqual({ kind: 'passed', settings })
  })

  test('WD6 an exhausted pool is mended without anybody, by a verified reload', async () => {
    const old = workersOf(ground.masterPid)
    watchdog = spawn(process.execPath, [AGENT_PROGRAM, 'watchdog'], {
      env: { PATH: process.env['PATH'], HOLDFAST_CONTRACT_FILE: ground.contractFile },
      stdio: 'ignore',
    })
    await waitFor('the watchdog', async () => (await events('watchdog_started').catch(() => [])).length === 1)
    ground.request('pool-exhaustion')
    const [outcome] = await waitFor(
      'an outcome',
      async () => {
        const found = await events('outcome')
        return found.length > 0 && found
      },
      { withinMs: 45_000 },
    )
    expect(outcome).toMatchObject({ success: true, reason: 'signal_sighup' })
    expect(JSON.stringify(outcome)).not.toContain('preflight_unavailable')
    expect(await events('intent')).toMatchObject([{ ask: { source: 'auto' } }])
    expect(await events('external_restart')).toEqual([])
    expect(workersOf(ground.masterPid).filter((pid) => old.includes(pid))).toEqual([])
  })

  test('WD15 a reload of it by somebody else is counted', async () => {
    // Until the look after its own restart, whatever happens is taken for a part of that.
    await new Promise((done) => setTimeout(done, 2_000))
    process.kill(ground.masterPid, 'SIGHUP')
    await waitFor('it is seen', async () => (await events('external_restart')).length === 1)
  })

  test('WD8a WD8b where its workers die at boot the preflight fails', async () => {
    await ground.play('crash-loop')
    expect(await preflight()).toEqual({ kind: 'failed', lastLines: 'exit code 1' })
  })
})

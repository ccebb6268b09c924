/** SE7: operator's commands beside an agent that lives, ends in the middle, is not there, or does not answer. */
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, lstatSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'
import { operatorJournalPath, watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { verifyChain } from '#domain/journal/chain.ts'
import type { JournalEvent, JournalRow } from '#domain/journal/events.ts'
import { hash } from 'node:crypto'
import {
  AGENT_PROGRAM,
  holdfast,
  readyUrl,
  ROOT,
  run,
  scratch,
  type Run,
  type Scratch,
} from '../support/holdfast.ts'
import { until } from '../support/until.ts'

const isRoot = process.getuid?.() === 0
const ME = `local:${userInfo().username}`

let place: Scratch
const started: Run[] = []

beforeEach(() => {
  place = scratch()
})
afterEach(async () => {
  for (const { process: child } of started) child.kill('SIGCONT')
  for (const { process: child } of started) child.kill('SIGTERM')
  await Promise.all(started.splice(0).map(({ ended }) => ended))
  place.remove()
})

const socket = () => join(place.runtimeDir, 'agent.sock')

/** The agent alone; its port and its intake wherever they are free. */
async function serve(env: Record<string, string> = {}): Promise<Run> {
  const agent = run([AGENT_PROGRAM, 'serve'], { ...place.env, HOLDFAST_STATSD_PORT: '0', ...env })
  started.push(agent)
  await until(`the agent listens; ${agent.stderr()}`, () => agent.stderr().includes('the agent is listening'))
  return agent
}

async function rows(path = operatorJournalPath(place.stateDir)): Promise<JournalRow[]> {
  return openJournalReader(path).read(0, 1000)
}

async function said(path?: string): Promise<JournalEvent[]> {
  return (await rows(path)).map(({ event }) => event)
}

function pause(reason: string): ReturnType<typeof holdfast> {
  return holdfast(['pause', '--reason', reason, '--json'], place.env)
}

async function kill(agent: Run): Promise<void> {
  agent.process.kill('SIGKILL')
  await agent.ended
}

describe('the agent records what an operator says', () => {
  test('SE7 under the account that asked, on a socket for its group alone, which is gone after a stop', async () => {
    const agent = await serve()
    expect(lstatSync(socket()).isSocket()).toBe(true)
    expect(lstatSync(socket()).mode & 0o777).toBe(0o660)
    const answer = await pause('deploy')
    expect(JSON.parse(answer.stdout)).toMatchObject({ paused: true, by: ME, via: 'agent' })
    expect(await said()).toMatchObject([{ type: 'paused', actor: { name: ME, ip: null }, reason: 'deploy' }])
    agent.process.kill('SIGTERM')
    await agent.ended
    expect(existsSync(socket())).toBe(false)
  })

  test.runIf(isRoot)(
    'SE7 another account of the group is recorded as that account, one without a name is refused',
    async () => {
      chmodSync(place.directory, 0o755)
      await serve()
      const as = (uid: number, reason: string) =>
        promisify(execFile)(
          'setpriv',
          [
            ...[`--reuid=${uid}`, '--regid=0', '--clear-groups', '--'],
            ...[process.execPath, AGENT_PROGRAM, 'pause', '--reason', reason, '--json'],
          ],
          { cwd: ROOT, env: { ...place.env, PATH: process.env['PATH'], HOME: '/nonexistent' } },
        ).catch((failure: { code: number; stdout: string }) => failure)
      expect(JSON.parse((await as(33, 'by www-data')).stdout)).toMatchObject({
        by: 'local:www-data',
        via: 'agent',
      })
      expect(JSON.parse((await as(4242, 'by a number')).stdout)).toMatchObject({ by: 'local:uid=4242' })
      const refused = await as(65_534, 'by nobody')
      expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'peer_not_permitted' } })
      expect((await said()).map((event) => 'actor' in event && event.actor?.name)).toEqual([
        'local:www-data',
        'local:uid=4242',
      ])
    },
  )

  test('SE7 an agent that starts over the socket of a killed one answers there, and a second one does not start', async () => {
    await kill(await serve())
    expect(lstatSync(socket()).isSocket()).toBe(true)
    await serve()
    expect(JSON.parse((await pause('again')).stdout)).toMatchObject({ via: 'agent' })
    const second = run([AGENT_PROGRAM, 'serve'], { ...place.env, HOLDFAST_STATSD_PORT: '0' })
    expect(await second.ended).toBe(1)
    expect(second.stderr()).toContain('already runs on this state directory')
    expect(JSON.parse((await pause('still')).stdout)).toMatchObject({ via: 'agent' })
  })
})

describe('without an agent that answers', () => {
  test('SE7 commands go on with the files, over the socket that a killed agent left', async () => {
    await kill(await serve())
    expect(JSON.parse((await pause('deploy')).stdout)).toMatchObject({ paused: true, by: ME, via: 'files' })
    const resumed = await holdfast(['resume', '--json'], place.env)
    expect(JSON.parse(resumed.stdout)).toMatchObject({ resumed: true, via: 'files' })
    const released = await holdfast(['guard', 'release', '--reason', 'x', '--json'], place.env)
    expect(JSON.parse(released.stdout)).toMatchObject({ released: true, via: 'files' })
    expect((await said()).map(({ type }) => type)).toEqual(['paused', 'resumed', 'guard_released'])
  })

  test('SE7 one that is stopped and holds the journal is told as such, with exit code 5, and nothing is recorded', async () => {
    const agent = await serve()
    agent.process.kill('SIGSTOP')
    const answer = await pause('deploy')
    expect(answer.code).toBe(5)
    expect(answer.stderr).toContain('within 10 s')
    agent.process.kill('SIGCONT')
    expect(await said()).toEqual([])
  })

  test.runIf(isRoot)('SE7 a socket of somebody else is not believed', async () => {
    await serve()
    const { chownSync } = await import('node:fs')
    chownSync(socket(), 4242, 4242)
    const answer = await pause('deploy')
    expect(answer.code).toBe(5)
    expect(answer.stderr).toContain('is no socket of root, of this account')
    expect(await said()).toEqual([])
  })
})

/** For the agent's environment: killed once, before that, with a mark left behind. */
function dyingBefore(moment: 'publish' | 'answer'): { env: Record<string, string>; marker: string } {
  const marker = join(place.directory, 'died')
  const env = {
    DIE_ONCE_BEFORE: `${moment}:${marker}`,
    NODE_OPTIONS: `--import=${join(ROOT, 'test/integration/support/die-once.ts')}`,
  }
  return { env, marker }
}

describe('an agent that ends in the middle', () => {
  test.each([
    [['pause', '--reason', 'deploy'], 'paused'],
    [['guard', 'release', '--reason', 'x'], 'guard_released'],
    [['resume'], 'resumed'],
  ])(
    'WD17 killed after recording and before answering %j: the command finds the record, and makes no second one',
    async (words, type) => {
      const { env, marker } = dyingBefore('answer')
      await serve(env)
      const answer = await holdfast([...words, '--json'], place.env)
      expect(existsSync(marker)).toBe(true)
      expect(answer.code).toBe(0)
      const [row, ...others] = await rows()
      expect(others).toEqual([])
      expect(row?.event.type).toBe(type)
      expect(JSON.parse(answer.stdout)).toMatchObject({ via: 'files', event_id: row?.id })
    },
  )

  test('WD17 whenever it is killed, each command ends well and is recorded once', async () => {
    const reasons: string[] = []
    for (let turn = 0; turn < 8; turn += 1) {
      const agent = await serve()
      const mine = [1, 2, 3].map((n) => `turn ${turn}, command ${n}`)
      reasons.push(...mine)
      const answers = mine.map(pause)
      // A command needs about 300 ms to get there; the moments are spread over that.
      await new Promise((done) => setTimeout(done, 180 + turn * 25))
      await kill(agent)
      for (const { code, stderr } of await Promise.all(answers)) {
        // A command that has recorded its word by itself tells it in the log stream (AU2); nothing else is said.
        const told = stderr.split('\n').filter((line) => line !== '')
        expect({ code, levels: told.map((line) => (JSON.parse(line) as { level: string }).level) }).toEqual({
          code: 0,
          levels: told.map(() => 'info'),
        })
      }
    }
    const recorded = (await said()).map((event) => event.type === 'paused' && event.reason)
    expect(recorded.toSorted()).toEqual(reasons.toSorted())
    expect(verifyChain(await rows(), (text) => hash('sha256', text, 'hex')).ok).toBe(true)
  })
})

describe('with a real target', () => {
  /** Everything, with an agent that dies once between recording and publishing. */
  async function startAll(env: Record<string, string> = {}): Promise<string> {
    const all = run(['tools/start.mjs', '--scenario', 'calm'], { ...place.env, ...env })
    started.push(all)
    const url = await readyUrl(all)
    await until('a watchdog past its start', async () => {
      const health = (await (await fetch(new URL('health', url))).json()) as {
        resilience: { policy_state: { state: string } }
      }
      return health.resilience.policy_state.state === 'allowed'
    })
    return url
  }

  /** Until the master is no longer taken for one that is still starting. */
  function firstRestart(): ReturnType<typeof holdfast> {
    return until(
      'a verified restart',
      async () => {
        const tried = await holdfast(['restart', '--json'], place.env)
        return tried.code === 0 && tried
      },
      30_000,
    )
  }

  async function ends(requestId: string): Promise<string[]> {
    const attempts = new Map<string, string>()
    const found: string[] = []
    const events = [...(await said()), ...(await said(watchdogJournalPath(place.stateDir)))]
    for (const event of events) {
      if (event.type === 'intent') attempts.set(event.attempt_id, event.ask.request_id)
      if (event.type === 'request_ended' && event.request_id === requestId) found.push('ended')
      if (event.type === 'request_refused' && event.ask.request_id === requestId) found.push('refused')
      if (event.type === 'outcome' && attempts.get(event.attempt_id) === requestId) found.push('outcome')
    }
    return found
  }

  test('WD9 killed between recording and publishing: one record, one restart, and the command hears of it', async () => {
    const { env, marker } = dyingBefore('publish')
    await startAll(env)
    const answer = await firstRestart()
    expect(existsSync(marker)).toBe(true)
    const recorded = (await said()).filter((event) => event.type === 'request_recorded')
    const ids = recorded.map(({ ask }) => ask.request_id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(await ends(id), id).toHaveLength(1)
    const { request_id: last } = JSON.parse(answer.stdout) as { request_id: string }
    expect(await ends(last)).toEqual(['outcome'])
  })

  test('WD7 two at once: one is carried out, the other is told pending or refused, each has one end', async () => {
    await startAll()
    await firstRestart()
    const override = ['restart', '--override', '--acknowledge', '--reason', 'a test', '--json']
    const both = await Promise.all([holdfast(override, place.env), holdfast(override, place.env)])
    const codes = both.map(({ code }) => code).toSorted()
    // The second comes while the first one's flag stands, while it is verified, or after it: an override passes then.
    expect([
      [0, 3],
      [0, 0],
    ]).toContainEqual(codes)
    const recorded = (await said()).filter((event) => event.type === 'request_recorded')
    for (const { ask } of recorded) expect(await ends(ask.request_id)).toHaveLength(1)
    const flag = join(place.runtimeDir, 'restart.flag')
    expect(existsSync(flag) && readFileSync(flag, 'utf8')).toBe(false)
  })

  test('OB4 a refusal by policy is answered by the agent at once, and never reaches the watchdog', async () => {
    await startAll()
    await firstRestart()
    const refused = await holdfast(['restart', '--json'], place.env)
    expect(refused.code).toBe(3)
    expect(JSON.parse(refused.stdout)).toMatchObject({
      outcome: 'refused',
      reasons: [{ code: 'cooldown_override_required' }],
    })
    const { request_id: id } = JSON.parse(refused.stdout) as { request_id: string }
    expect(await ends(id)).toEqual(['refused'])
    const watchdogs = await said(watchdogJournalPath(place.stateDir))
    expect(watchdogs.some((event) => event.type === 'request_claimed' && event.ask.request_id === id)).toBe(
      false,
    )
  })

  test('SE5 over TCP nothing of it is for anybody who has not signed in', async () => {
    const url = await startAll()
    for (const path of ['restart', 'pause', 'resume', 'guard/release']) {
      const answer = await fetch(new URL(`admin/api/worker/${path}`, url), { method: 'POST' })
      expect(answer.status, path).toBe(401)
    }
    expect((await fetch(new URL('admin/api/worker/status', url))).status).toBe(401)
    expect(await said()).toEqual([])
  })
})

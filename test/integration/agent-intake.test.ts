/** The agent's own process under hostile input: it counts, and lives on. */
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SystemStatus } from '#domain/schemas/admin-api.ts'
import { run, scratch, type Run, type Scratch } from '../support/holdfast.ts'
import { signIn, withAdmin, type Reader } from '../support/signed-in.ts'
import { until } from '../support/until.ts'

let place: Scratch
let agent: Run
let url: string
let statsdPort: number
let read: Reader

beforeEach(async () => {
  place = scratch()
  const env = {
    ...withAdmin(place),
    HOLDFAST_STATSD_PORT: '0',
    HOLDFAST_TARGET_HEALTH_URL: 'http://127.0.0.1:9/health',
  }
  agent = run(['tools/holdfast.mjs', 'serve'], env)
  const line = await until('the agent listens', () => /\{.*statsd_port.*\}/.exec(agent.stderr())?.[0])
  ;({ url, statsd_port: statsdPort } = JSON.parse(line) as { url: string; statsd_port: number })
  read = await signIn(url)
})
afterEach(async () => {
  agent.process.kill('SIGTERM')
  await agent.ended
  place.remove()
})

async function intake(): Promise<SystemStatus['intake']> {
  const answer = (await (await read('admin/api/system-status')).json()) as {
    data: SystemStatus
  }
  return answer.data.intake
}

async function send(datagrams: readonly Buffer[]): Promise<void> {
  const socket = createSocket('udp4')
  for (const datagram of datagrams) {
    await new Promise<void>((sent, fail) =>
      socket.send(datagram, statsdPort, '127.0.0.1', (error) => (error === null ? sent() : fail(error))),
    )
  }
  socket.close()
  await once(socket, 'close')
}

const rssBytes = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${agent.process.pid}/status`, 'utf8'))?.[1]) * 1024

test('IN4 10,000 random datagrams and the largest possible ones are counted drops, and the agent lives on', async () => {
  const before = rssBytes()
  await send(Array.from({ length: 10_000 }, (_, i) => randomBytes(1 + (i % 200))))
  await send(Array.from({ length: 20 }, () => randomBytes(65_507)))
  await send([
    Buffer.from('gunicorn.request.duration:5.5|ms'),
    Buffer.from('gunicorn.request.status.200:1|c|@1.0'),
  ])
  const counted = await until('the sample behind the garbage', async () => {
    const seen = await intake()
    return seen.samples === 1 && seen
  })
  expect(counted.malformed).toBeGreaterThan(0)
  expect(counted.oversize).toBeGreaterThan(0)
  // What the kernel's buffer could not hold was never the agent's to count: it is counted apart.
  expect(counted.datagrams + (counted.kernel_drops ?? 0)).toBe(10_022)
  expect(rssBytes() - before).toBeLessThan(32 * 1024 * 1024)
})

test('BI1 a statsd port that is taken ends the second agent with the holder named', async () => {
  const other = scratch()
  const second = run(['tools/holdfast.mjs', 'serve'], {
    ...other.env,
    HOLDFAST_STATSD_PORT: String(statsdPort),
  })
  expect(await second.ended).toBe(1)
  expect(second.stderr()).toContain(`UDP port ${statsdPort} is held by process ${agent.process.pid}`)
  other.remove()
})

test('SIGTERM ends the agent at once and cleanly', async () => {
  agent.process.kill('SIGTERM')
  expect(await agent.ended).toBe(0)
  expect(agent.stderr()).not.toContain('"level":"error"')
  expect(() => readFileSync(join(place.runtimeDir, 'anything'))).toThrow()
})

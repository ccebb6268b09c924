/**
 * The agent as it ships beside a real target: how soon it listens, what `/health` costs beside a bare server that answers the
 * same bytes, how long `worker/status` takes under load, and what it holds after a minute of it.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { AGENT_PROGRAM, run, scratch } from '../../support/holdfast.ts'
import { Besieged } from '../../security/support/besieged.ts'
import { OpenLoop } from '../support/open-loop.ts'
import { Story } from '../support/report.ts'
import { rounded, summaryIn } from '../support/statistics.ts'

const ROUNDS = 5
const ROUND_S = 4
const CONNECTIONS = 16
const LOAD_S = 60
const STARTS = 5

const story = await Story.open('serve')
const target = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end('{"status":"healthy","services":{"database":"ok"}}')
})
await new Promise<void>((settle) => void target.listen(0, '127.0.0.1', settle))
const { port: targetPort } = target.address() as AddressInfo
const agent = new Besieged()

const listenMs: number[] = []
for (let start = 1; start <= STARTS; start += 1) listenMs.push(await startTime())
story.measured('from start to listening', summaryIn('ms', listenMs), { median_ms: { atMost: 400 } })

await agent.start({ HOLDFAST_TARGET_HEALTH_URL: `http://127.0.0.1:${targetPort}/health` })
const body = join(agent.place.directory, 'body.json')
writeFileSync(body, (await agent.ask('GET', '/health')).body)
const bare = spawn(process.execPath, [join(import.meta.dirname, '../support/bare-server.ts'), body], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
const barePort = Number(await firstLine(bare))
const [ours, bares]: [number[], number[]] = [[], []]
for (let round = 0; round <= ROUNDS; round += 1) {
  const [bareRate, ownRate] = [await rateOf(barePort), await rateOf(agent.port)]
  // The first round warms both up.
  if (round === 0) continue
  bares.push(bareRate)
  ours.push(ownRate)
}
bare.kill('SIGTERM')
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
story.measured(
  '/health with every guard, beside a bare server',
  {
    requests_per_s: Math.round(median(ours)),
    bare_requests_per_s: Math.round(median(bares)),
    ratio: rounded(median(ours) / median(bares)),
  },
  { ratio: { atLeast: 0.45 } },
)

const load = await OpenLoop.start({
  port: agent.port,
  path: '/admin/api/worker/status',
  ratePerS: 200,
  connections: CONNECTIONS,
  headers: agent.bearer('viewer'),
})
await new Promise((settle) => setTimeout(settle, LOAD_S * 1000))
const { failed, latencyMs, kinds } = await load.stop()
const sorted = latencyMs.toSorted((a, b) => a - b)
story.measured(
  'worker/status at 200 requests/s for a minute',
  {
    ...summaryIn('ms', latencyMs),
    p99_ms: rounded(sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN),
    failed,
    kinds: Object.keys(kinds),
    rss_mib: rounded(rssBytes() / 1_048_576),
  },
  { p99_ms: { atMost: 10 }, failed: { exactly: 0 }, rss_mib: { atMost: 160 } },
)
await agent.stop()
target.close()
story.close()

/** Of a process of its own, with nothing set but its places. */
async function startTime(): Promise<number> {
  const place = scratch()
  const from = performance.now()
  const started = run([AGENT_PROGRAM, 'serve'], {
    ...place.env,
    HOLDFAST_STATSD_PORT: '0',
    HOLDFAST_TARGET_HEALTH_URL: `http://127.0.0.1:${targetPort}/health`,
  })
  const took = await new Promise<number>((settle) => {
    started.process.stderr?.on('data', () => {
      if (started.stderr().includes('statsd_port')) settle(performance.now() - from)
    })
  })
  started.process.kill('SIGTERM')
  await started.ended
  place.remove()
  return took
}

function rateOf(port: number): Promise<number> {
  const words = [port, ROUND_S, CONNECTIONS].map(String)
  const hammer = spawn(
    process.execPath,
    [join(import.meta.dirname, '../support/hammer.ts'), ...words, '/health'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  return firstLine(hammer).then((line) => {
    const { answered, seconds } = JSON.parse(line) as { answered: number; seconds: number }
    return answered / seconds
  })
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((settle, fail) => {
    let text = ''
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString()
      if (text.includes('\n')) settle(text.trim())
    })
    child.on('close', (code) =>
      code === 0 ? settle(text) : fail(new Error(`it ended with ${code}: ${text}`)),
    )
  })
}

function rssBytes(): number {
  const { pid } = agent.agent.process
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

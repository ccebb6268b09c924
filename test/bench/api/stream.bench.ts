/**
 * A thousand listeners of the event stream, and an event of 2 KB: until when the last one has it, and what each one costs. The
 * server is the agent's own, in this process; the listeners are in another.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { buildServer } from '#agent/api/server.ts'
import { LiveReaders } from '#agent/live/live-readers.ts'
import { systemClock } from '#agent/system/clock.ts'
import { AccessGround, bareParts, BY } from '../../agent/api/agent-parts.ts'
import { until } from '../../support/until.ts'
import { Story } from '../support/report.ts'
import { rounded, summaryIn } from '../support/statistics.ts'

const LISTENERS = 1000
const EVENTS = 100
const EVENT_BYTES = 2048
const PER_TOKEN = 6

const story = await Story.open('stream')
const directory = mkdtempSync(join(tmpdir(), 'holdfast-stream-'))
writeFileSync(join(directory, 'index.html'), '<html><head></head></html>')
const ground = new AccessGround(systemClock)
const access = ground.open()
const live = new LiveReaders('0000abcd')
const app = await buildServer({
  ...bareParts(systemClock),
  access,
  live,
  publicOrigins: [],
  consoleDirectory: directory,
})
await app.listen({ host: '127.0.0.1', port: 0 })
const { port } = app.server.address() as AddressInfo
const tokens: string[] = []
for (let index = 0; index < Math.ceil(LISTENERS / PER_TOKEN); index += 1) {
  const token = await access.createToken({ name: `t${index}`, role: 'viewer', expires_at: null }, BY)
  tokens.push(token.token)
}

globalThis.gc?.()
const before = rssBytes()
const clients = spawn(
  process.execPath,
  [
    join(import.meta.dirname, '../support/stream-clients.ts'),
    String(port),
    String(LISTENERS),
    tokens.join(','),
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
const said: { open?: number; mark?: string; at?: number; error?: string }[] = []
createInterface({ input: clients.stdout }).on('line', (line) => said.push(JSON.parse(line)))
live.publish('audit', { changed_at: 'the first' })
await until('all of them listen', () => said.some(({ open }) => open === LISTENERS), 60_000)
const each = (rssBytes() - before) / LISTENERS

const lastMs: number[] = []
for (let mark = 1; mark <= EVENTS; mark += 1) {
  const at = performance.timeOrigin + performance.now()
  live.publish('audit', { mark: String(mark), changed_at: 'x'.repeat(EVENT_BYTES) } as never)
  const last = await until(`event ${mark}`, () => said.find((one) => one.mark === String(mark)), 60_000)
  lastMs.push((last.at ?? Number.NaN) - at)
  await pause(20)
}
const errors = said.flatMap(({ error }) => (error === undefined ? [] : [error]))
story.measured(
  'an event of 2 KB to a thousand listeners, until the last has it',
  {
    ...summaryIn('ms', lastMs),
    each_kib: rounded(each / 1024),
    still_listening: live.count,
    errors: errors.length,
  },
  {
    p95_ms: { atMost: 50 },
    each_kib: { atMost: 40 },
    still_listening: { exactly: LISTENERS },
    errors: { exactly: 0 },
  },
)
story.close()
clients.kill('SIGTERM')
await app.close()
ground.remove()
rmSync(directory, { recursive: true, force: true })

function rssBytes(): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024
}

/**
 * From a restart flag to the SIGHUP that it asks for. One clock for both ends: CLOCK_MONOTONIC, read by the writer
 * right before the flag's rename, and by the master right when the signal reaches it. No warm-up is left out: the
 * first restart of a process is the one that counts at night, so it is also told by itself.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fdatasyncSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { seededRandom } from '#agent/demo/seeded-random.ts'
import { systemClock } from '#agent/system/clock.ts'
import { AGENT_PROGRAM } from '../../support/holdfast.ts'
import { endsOf } from '../../integration/support/kills.ts'
import { Watched } from '../../integration/support/watched.ts'
import { waitFor } from '../../integration/support/wait.ts'
import type { JournalTail } from '../support/journal-tail.ts'
import { Peers, type Peer } from '../support/peers.ts'
import { Story } from '../support/report.ts'
import { rounded, summary, summaryIn } from '../support/statistics.ts'
import { appear, recordOverride, SHIPPED, tailOf, UNLIMITED } from '../support/watching.ts'

const SUPPORT = join(import.meta.dirname, '../support')
const RESTARTS = 1_000
const STORM = 1_000
const PEER_RUNS = 10
/** A claim and its intent: three pages of the log. */
const FLUSHED_BYTES = 3 * 4_096
const SERVICE = 'asked-for'
/** A worker of gunicorn 20.1 that is told to end before it has handlers of its own may be waited for in vain (ADR 0036). */
const HANDLERS_MS = 500
/** Several times what is measured; the outcome takes longer. */
const OVER_MS = 40
/** The next request comes at a random moment of the watchdog's round. */
const JITTER_MS = 20

const random = seededRandom(20_260_208)
const story = await Story.open('latency')
const ownMedianMs = await ownPath()
await behindASlowProbe()
await pollingAlone()
await withPreflight()
await stormOfOwnWriters()
await foreignWriter()
await besidePeers(ownMedianMs)
story.close()

interface Way {
  readonly toIntentMs: number
  readonly toSignalMs: number
}

/** One restart after the other, each to its outcome. */
async function restarts(
  stage: Watched,
  tail: JournalTail,
  count: number,
  afterEach = (): void => undefined,
): Promise<Way[]> {
  const ways: Way[] = []
  for (let number = 0; number < count; number += 1) {
    const requestId = `measured-${stage.hupsAtMs.length}`
    const content = await recordOverride(stage, requestId)
    await pause(random() * JITTER_MS)
    ways.push(await way(stage, tail, appear(stage.flag, content)))
    afterEach()
  }
  return ways
}

/** What nobody who waits for the disk can be faster than: written over in place, as the journal's log is. */
function bareDisk(path: string): { readonly tookMs: readonly number[]; flush(): void } {
  const tookMs: number[] = []
  const content = Buffer.alloc(FLUSHED_BYTES, 1)
  const file = openSync(path, 'w')
  writeSync(file, content)
  fsyncSync(file)
  return {
    tookMs,
    flush: () => {
      const from = systemClock.monotonicNow()
      writeSync(file, content, 0, FLUSHED_BYTES, 0)
      fdatasyncSync(file)
      tookMs.push(systemClock.monotonicNow() - from)
    },
  }
}

async function way(stage: Watched, tail: JournalTail, from: number): Promise<Way> {
  const signals = stage.hupsAtMs.length
  // Whoever measures keeps off the processors until there is something to read.
  await pause(OVER_MS)
  await tail.next('outcome')
  const [signal, ...more] = stage.hupsAtMs.slice(signals)
  const intent = tail.of('intent').at(-1)
  if (signal === undefined || more.length > 0 || intent === undefined) {
    throw new Error(`one restart, ${more.length + (signal === undefined ? 0 : 1)} signals`)
  }
  return { toIntentMs: intent.time.monotonic - from, toSignalMs: signal - from }
}

/** Its median. */
async function ownPath(): Promise<number> {
  const stage = new Watched()
  try {
    await stage.startStandIn()
    stage.startWatchdog(UNLIMITED)
    const disk = bareDisk(join(stage.directory, 'bare'))
    const ways = await restarts(stage, await tailOf(stage), RESTARTS, () => disk.flush())
    const toSignal = ways.map(({ toSignalMs }) => toSignalMs)
    const first = rounded(toSignal[0] ?? Number.NaN)
    story.measured(
      'flag written → durable intent → SIGHUP delivered, without preflight',
      { ...summaryIn('ms', toSignal), first_ms: first, signals: stage.hupsAtMs.length },
      {
        median_ms: { atMost: 3 },
        p95_ms: { atMost: 6 },
        max_ms: { atMost: 30 },
        signals: { exactly: RESTARTS },
      },
    )
    const toIntent = ways.map(({ toIntentMs }) => toIntentMs)
    story.measured('flag written → intent begun to be written', summaryIn('ms', toIntent))
    story.measured('a bare write and flush of as much on the same disk, one after each restart', {
      ...summaryIn('ms', disk.tookMs),
    })
    return summary(toSignal).median
  } finally {
    await stage.close()
  }
}

/** A target that answers late: whoever asks for a restart must not wait for its answer. */
async function behindASlowProbe(): Promise<void> {
  const answerMs = 700
  const health = createServer((_request, response) => {
    setTimeout(() => response.end('{"status":"healthy"}'), answerMs)
  }).listen(0, '127.0.0.1')
  await once(health, 'listening')
  const { port } = health.address() as AddressInfo
  const stage = new Watched()
  try {
    await stage.startStandIn()
    stage.startWatchdog({ ...UNLIMITED, HOLDFAST_TARGET_HEALTH_URL: `http://127.0.0.1:${port}/health` })
    const tail = await tailOf(stage)
    const toSignal: number[] = []
    for (let number = 0; number < 8; number += 1) {
      const content = await recordOverride(stage, `slow-${number}`)
      await pause(random() * 1_000)
      toSignal.push((await way(stage, tail, appear(stage.flag, content))).toSignalMs)
    }
    story.measured(`the same, while each probe takes ${answerMs} ms`, summaryIn('ms', toSignal), {
      max_ms: { atMost: 30 },
    })
  } finally {
    await stage.close()
    health.close()
  }
}

async function pollingAlone(): Promise<void> {
  const stage = new Watched()
  try {
    await stage.startStandIn()
    stage.startWatchdog(UNLIMITED, ['--import', join(SUPPORT, 'no-watch.mjs')])
    const ways = await restarts(stage, await tailOf(stage), 20)
    const toSignal = ways.map(({ toSignalMs }) => toSignalMs)
    story.measured('flag written → SIGHUP, by polling alone (no inotify)', summaryIn('ms', toSignal), {
      max_ms: { atMost: 2_000 },
    })
  } finally {
    await stage.close()
  }
}

/** The preflight is gunicorn's own `--check-config`: told apart by passing over it in every other restart. */
async function withPreflight(): Promise<void> {
  const stage = new Watched()
  try {
    await stage.startTarget({ workers: 4, args: ['--config', join(SUPPORT, 'tells-hups.conf.py')] })
    stage.startWatchdog(UNLIMITED)
    const tail = await tailOf(stage)
    const passed: number[] = []
    const checked: number[] = []
    for (let round = 0; round < 8; round += 1) {
      const content = await recordOverride(stage, `passed-${round}`)
      await pause(HANDLERS_MS)
      passed.push((await way(stage, tail, appear(stage.flag, content))).toSignalMs)
      const plain = JSON.stringify({ request_id: `checked-${round}` })
      await pause(HANDLERS_MS)
      checked.push((await way(stage, tail, appear(stage.flag, plain))).toSignalMs)
    }
    story.measured('a real gunicorn, 4 workers, preflight passed over', summaryIn('ms', passed))
    story.measured('a real gunicorn, 4 workers, preflight included', {
      ...summaryIn('ms', checked),
      preflight_ms: rounded(summary(checked).median - summary(passed).median),
    })
  } finally {
    await stage.close()
  }
}

/** Two processes at once, each as fast as it can, through what the command line uses: record, then link. */
async function stormOfOwnWriters(): Promise<void> {
  const stage = new Watched()
  try {
    await stage.startStandIn()
    stage.startWatchdog(SHIPPED)
    const tail = await tailOf(stage)
    const writers = await Promise.all([asker(stage, STORM / 2), asker(stage, STORM / 2)])
    const accepted = writers.flatMap((writer) => writer.accepted)
    const pending = writers.reduce((sum, writer) => sum + writer.pending, 0)
    const ends = await waitFor(
      'an end for each accepted request',
      async () => {
        await tail.catchUp()
        const known = endsOf(tail.rows)
        return accepted.every((id) => known.has(id)) && known
      },
      { withinMs: 10_000 },
    ).catch(() => endsOf(tail.rows))
    story.measured(
      `${STORM} fast requests by two of Holdfast's own writers`,
      {
        accepted: accepted.length,
        told_pending: pending,
        told: accepted.length + pending,
        lost: accepted.filter((id) => !ends.has(id)).length,
        ended_twice: accepted.filter((id) => (ends.get(id) ?? 0) > 1).length,
        signals: stage.hupsAtMs.length,
      },
      { told: { exactly: STORM }, lost: { exactly: 0 }, ended_twice: { exactly: 0 } },
    )
  } finally {
    await stage.close()
  }
}

async function asker(stage: Watched, count: number): Promise<{ accepted: string[]; pending: number }> {
  const words = [join(SUPPORT, 'asker.ts'), join(stage.directory, 'contract.json'), String(count)]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await once(child, 'close')
  return JSON.parse(said) as { accepted: string[]; pending: number }
}

/** Existing endpoints rename a new flag over one that stands: that one was never seen, and nobody was told. */
async function foreignWriter(): Promise<void> {
  const stage = new Watched()
  try {
    await stage.startStandIn()
    stage.startWatchdog(SHIPPED)
    const tail = await tailOf(stage)
    for (let number = 0; number < STORM; number += 1) {
      appear(stage.flag, JSON.stringify({ request_id: `foreign-${number}` }))
      // A writer in the same process as its web service: other work gets its turn in between.
      await pause(0)
    }
    const last = `foreign-${STORM - 1}`
    await waitFor('the last one', async () => {
      await tail.catchUp()
      return endsOf(tail.rows).has(last)
    })
    const seen = tail.of('request_claimed').length
    const ends = endsOf(tail.rows)
    const lost = tail.of('request_claimed').filter(({ event }) => !ends.has(event.ask.request_id)).length
    story.measured(
      `${STORM} fast flags by a foreign writer that replaces the file`,
      { seen, replaced_before_seen: STORM - seen, seen_without_end: lost },
      { seen_without_end: { exactly: 0 } },
    )
  } finally {
    await stage.close()
  }
}

/** What their users have instead: systemd's path unit for the flag, and each one's own command for the command. */
async function besidePeers(ownMedianMs: number): Promise<void> {
  const own = await ownCommand()
  story.measured('holdfast restart (override, no preflight, --no-wait) → SIGHUP', summaryIn('ms', own))
  const peers = await Peers.start({ [SERVICE]: 'serve' })
  try {
    for (const peer of peers.all) {
      if ('whyNot' in peer) {
        story.notMeasured(`${peer.name}: command → SIGHUP`, peer.whyNot)
        continue
      }
      await waitFor(`${peer.name} runs`, () => peer.happened(SERVICE, 'start').length === 1)
      const byCommand = await signals(peer, async () => {
        const from = systemClock.monotonicNow()
        await peer.hup(SERVICE)
        return from
      })
      story.measured(`${peer.name}: command → SIGHUP`, {
        ...summaryIn('ms', byCommand),
        holdfast_as_ratio: rounded(summary(own).median / summary(byCommand).median),
      })
      const { appear: appearThere } = peer
      if (appearThere === undefined) continue
      const byFlag = await signals(peer, async () => appearThere())
      story.measured(`${peer.name}, path unit: flag written → SIGHUP`, {
        ...summaryIn('ms', byFlag),
        holdfast_as_ratio: rounded(ownMedianMs / summary(byFlag).median),
      })
    }
  } finally {
    await peers.stop()
  }
}

async function signals(peer: Peer, ask: () => Promise<number>): Promise<number[]> {
  const tookMs: number[] = []
  for (let number = 0; number < PEER_RUNS; number += 1) {
    const before = peer.happened(SERVICE, 'hup').length
    const from = await ask()
    const look = () => peer.happened(SERVICE, 'hup')[before]
    tookMs.push((await waitFor(`a signal by ${peer.name}`, look, { everyMs: 5 })) - from)
    // A path unit that is asked while it still signals is asked once.
    await pause(100)
  }
  return tookMs
}

async function ownCommand(): Promise<number[]> {
  const stage = new Watched()
  try {
    await stage.startStandIn()
    stage.startWatchdog(UNLIMITED)
    const tail = await tailOf(stage)
    const env = { ...process.env, HOLDFAST_CONTRACT_FILE: join(stage.directory, 'contract.json') }
    const override = ['--override', '--acknowledge', '--reason', 'measured', '--pass', 'preflight']
    const tookMs: number[] = []
    for (let number = 0; number < PEER_RUNS; number += 1) {
      const from = systemClock.monotonicNow()
      const command = spawn(process.execPath, [AGENT_PROGRAM, 'restart', ...override, '--no-wait'], {
        env,
        stdio: 'ignore',
      })
      tookMs.push((await way(stage, tail, from)).toSignalMs)
      if (command.exitCode === null) await once(command, 'exit')
    }
    return tookMs
  } finally {
    await stage.close()
  }
}

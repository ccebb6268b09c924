/**
 * A watchdog that is killed again and again at random moments (seeded) while restarts are asked for without a pause,
 * and then what its journal says of them (WD9). The target is the stand-in, which tells each SIGHUP that reached it:
 * what was really done is known from outside.
 */
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { GENESIS, verifyChain } from '#domain/journal/chain.ts'
import type { EventTime, JournalRow } from '#domain/journal/events.ts'
import { apply, emptyState } from '#domain/journal/fold.ts'
import { restartsFor } from '#domain/journal/questions.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { seededRandom } from '#agent/demo/seeded-random.ts'
import { publishRestart } from '../../support/operator.ts'
import { readMarker } from '#agent/store/journal-files.ts'
import { watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'
import { waitFor } from './wait.ts'
import { Watched } from './watched.ts'

/** As long as a restart of the stand-in takes, and a little more. */
const MOMENT_MS = 300
/** Every so many kills, one while it starts. */
const AT_START_EVERY = 5
const AT_START_MS = 250
const AGAIN_MS = 15

const NO_LIMITS = {
  WORKER_RESTART_COOLDOWN: '0',
  WORKER_RESTART_RETRY_BUDGET: '1000',
  WORKER_RESTART_CHURN_THRESHOLD: '1000',
  WORKER_GUARDED_MODE_ENABLED: 'false',
}

export interface KillsReport {
  readonly kills: number
  readonly acknowledged: number
  readonly signals: number
  /** Acknowledged, and without an end. */
  readonly lost: number
  readonly endedTwice: number
  /** What the history counts less than what was signalled. */
  readonly underCounted: number
  /** Signals that no intent stands before, or that one intent had twice. */
  readonly unaccounted: number
  readonly claimsLeft: number
  readonly chain: 'whole' | string
  /** How often each event was the last one that was written before a kill. */
  readonly lastEvents: Readonly<Record<string, number>>
}

export async function killAtRandom({ kills, seed }: { kills: number; seed: number }): Promise<KillsReport> {
  const stage = new Watched()
  try {
    await stage.startStandIn(2)
    const asking = new Asking(stage)
    const random = seededRandom(seed)
    for (let number = 1; number <= kills; number += 1) {
      await oneLife(stage, random, number % AT_START_EVERY === 0)
    }
    await asking.stop()
    stage.startWatchdog(NO_LIMITS)
    const { acknowledged } = asking
    const rows = await waitFor(
      'an end for each',
      async () => {
        const all = await rowsOf(stage)
        const ends = endsOf(all)
        return acknowledged.every((id) => ends.has(id)) && all
      },
      { withinMs: 30_000, everyMs: 200 },
    ).catch(() => rowsOf(stage))
    return report(stage, rows, { kills, acknowledged })
  } finally {
    await stage.close()
  }
}

async function oneLife(stage: Watched, random: () => number, atStart: boolean): Promise<void> {
  const lives = livesIn(stage)
  const watchdog = stage.startWatchdog(NO_LIMITS)
  const ended = once(watchdog, 'exit')
  if (!atStart) await waitFor('a watchdog', () => livesIn(stage) > lives, { everyMs: 5 })
  await pause(random() * (atStart ? AT_START_MS : MOMENT_MS))
  watchdog.kill('SIGKILL')
  await ended
}

function livesIn({ watchdogLog }: Watched): number {
  return watchdogLog.match(/the watchdog watches/g)?.length ?? 0
}

/** As the command line does it, one request after the other; what was not told to wait is acknowledged. */
class Asking {
  readonly acknowledged: string[] = []
  readonly #ended: Promise<void>
  #stopped = false

  constructor(stage: Watched) {
    const contract = JSON.parse(
      readFileSync(join(stage.directory, 'contract.json'), 'utf8'),
    ) as RuntimeContract
    this.#ended = this.#run(contract)
  }

  stop(): Promise<void> {
    this.#stopped = true
    return this.#ended
  }

  async #run(contract: RuntimeContract): Promise<void> {
    while (!this.#stopped) {
      try {
        this.acknowledged.push(await publishRestart(contract, { rung: 'reload', override: null }))
      } catch (error) {
        if (!(error instanceof HoldfastProblem) || error.code !== 'request_pending') throw error
      }
      await pause(AGAIN_MS)
    }
  }
}

async function rowsOf({ stateDir }: Watched): Promise<JournalRow[]> {
  const reader = openJournalReader(watchdogJournalPath(stateDir))
  const rows: JournalRow[] = []
  for (;;) {
    const fresh = await reader.read(rows.at(-1)?.seq ?? 0, 1000)
    rows.push(...fresh)
    if (fresh.length < 1000) break
  }
  await reader.close()
  return rows
}

/** How many ends each request has: a refusal, an end without a signal, or its attempt's outcome. */
export function endsOf(rows: readonly JournalRow[]): Map<string, number> {
  const asked = new Map<string, string>()
  const ends = new Map<string, number>()
  const end = (id: string) => ends.set(id, (ends.get(id) ?? 0) + 1)
  for (const { event } of rows) {
    if (event.type === 'intent') asked.set(event.attempt_id, event.ask.request_id)
    if (event.type === 'request_refused') end(event.ask.request_id)
    if (event.type === 'request_ended') end(event.request_id)
    if (event.type === 'outcome') end(asked.get(event.attempt_id) ?? `unknown ${event.attempt_id}`)
  }
  return ends
}

function report(
  stage: Watched,
  rows: readonly JournalRow[],
  { kills, acknowledged }: { kills: number; acknowledged: readonly string[] },
): KillsReport {
  const ends = endsOf(rows)
  const signals = stage.hupsAtMs.length
  const counted = attemptsCounted(rows)
  return {
    kills,
    acknowledged: acknowledged.length,
    signals,
    lost: acknowledged.filter((id) => !ends.has(id)).length,
    endedTwice: [...ends.values()].filter((count) => count > 1).length,
    underCounted: Math.max(0, signals - counted),
    unaccounted: unaccounted(rows, stage.hupsAtMs),
    claimsLeft: readdirSync(join(stage.runtimeDir, 'claims')).length,
    chain: chainText(stage, rows),
    lastEvents: lastEvents(rows),
  }
}

function attemptsCounted(rows: readonly JournalRow[]): number {
  const state = rows.reduce(apply, emptyState)
  const now: EventTime = rows.at(-1)?.time ?? { wall: 0, monotonic: 0, boot: '' }
  return restartsFor(state, { now }).filter(({ kind }) => kind === 'attempt').length
}

/** Each signal lies between one intent and its outcome, and no other does. */
function unaccounted(rows: readonly JournalRow[], hupsAtMs: readonly number[]): number {
  const begun = new Map<string, number>()
  let accounted = 0
  for (const { event, time } of rows) {
    if (event.type === 'intent') begun.set(event.attempt_id, time.monotonic)
    if (event.type !== 'outcome') continue
    const from = begun.get(event.attempt_id) ?? Number.NaN
    if (hupsAtMs.filter((at) => at >= from && at <= time.monotonic).length === 1) accounted += 1
  }
  return hupsAtMs.length - accounted
}

function chainText({ stateDir }: Watched, rows: readonly JournalRow[]): string {
  const marker = readMarker(watchdogJournalPath(stateDir))
  if (marker.kind !== 'head') return `marker ${marker.kind}`
  const verdict = verifyChain(rows, (text) => hash('sha256', text, 'hex'), GENESIS, marker.head)
  return verdict.ok ? 'whole' : `${verdict.fault}: ${verdict.detail}`
}

function lastEvents(rows: readonly JournalRow[]): Record<string, number> {
  const last = rows.flatMap(({ event }, index) => {
    const before = rows[index - 1]
    return event.type === 'watchdog_started' && before !== undefined ? [before.event.type] : []
  })
  const counts: Record<string, number> = {}
  for (const type of last) counts[type] = (counts[type] ?? 0) + 1
  return counts
}

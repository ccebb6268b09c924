import { beforeEach, expect, test } from 'vitest'
import { changeTeller } from '#agent/live/tell-changes.ts'
import type { PolicyReading } from '#agent/serve/health-reader.ts'
import { composeHealth } from '#domain/health/compose.ts'
import type { ProbeOutcome } from '#domain/health/probe-outcome.ts'
import { emptyState, type JournalState } from '#domain/journal/fold.ts'
import { unexplained, type SwitchFile } from '#domain/navigation/kill-switch.ts'
import { navigationViewOf } from '#domain/navigation/view.ts'
import { POLICY_PRESETS } from '#domain/policy/config.ts'
import { policyViewOf } from '#domain/policy/view.ts'
import { ManualClock } from '../manual-clock.ts'

let clock: ManualClock
let told: string[]
let outcome: ProbeOutcome
let history: JournalState
let rawEnd: string
let switches: SwitchFile[]
let look: () => void

beforeEach(() => {
  clock = new ManualClock()
  told = []
  outcome = { kind: 'failed', reason: 'refused', at: clock.wallNow() }
  history = emptyState
  rawEnd = '0'
  switches = []
  look = changeTeller(
    { publish: (kind) => told.push(kind), notice: (kind) => told.push(kind) },
    {
      reader: { latest: reading },
      navigation: () => navigationViewOf({ files: switches, diagnostics: [] }),
      rawEnd: () => rawEnd,
      clock,
    },
  )
  look()
})

/** As the agent reads it, without an agent. */
function reading(): PolicyReading {
  const config = POLICY_PRESETS
  const now = { wall: clock.wallNow(), monotonic: clock.monotonicNow(), boot: 'b' }
  const view = policyViewOf({ config, history, outcome, now })
  const health = composeHealth({
    outcome,
    since: 0,
    policy: { config, situation: view.situation, lastCompletedAt: null, unhelpfulRestarts: 0 },
    pool: { warning: 0.9, critical: 1 },
    navigation: { engaged: false, routes: [] },
    contract: { version: '1', valid: true },
    now: now.wall,
  })
  return { view, health, now, historyReadable: true }
}

function toldNow(): string[] {
  told.length = 0
  look()
  return [...told]
}

test('the first look tells everything', () => {
  expect(told).toEqual(['navigation', 'health', 'policy', 'restarts', 'audit', 'raw'])
})

test('a second that went by is no news', () => {
  clock.pass(1000)
  expect(toldNow()).toEqual([])
})

test('another answer of the target is told as health, and as policy where it changes what is recommended', () => {
  outcome = { kind: 'failed', reason: 'http_5xx', at: clock.wallNow() }
  expect(toldNow()).toEqual(['health'])
  outcome = { kind: 'answered', httpStatus: 200, latencyMs: 1, health: null, at: clock.wallNow() }
  expect(toldNow()).toEqual(['health', 'policy'])
})

test('SH3 a file of the kill switch that comes or goes is told, once', () => {
  const off = { place: 'runtime', kind: 'hard', route: null, ...unexplained(null) } as const
  switches = [off]
  expect(toldNow()).toEqual(['navigation'])
  expect(toldNow()).toEqual([])
  switches = []
  expect(toldNow()).toEqual(['navigation'])
})

test('a row of the journals is told as audit', () => {
  history = { ...history }
  expect(toldNow()).toEqual(['audit'])
})

test('raw samples are told at most once a second', () => {
  clock.pass(999)
  rawEnd = '1'
  expect(toldNow()).toEqual([])
  clock.pass(1)
  expect(toldNow()).toEqual(['raw'])
  clock.pass(1000)
  expect(toldNow()).toEqual([])
})

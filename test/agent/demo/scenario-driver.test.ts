import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PHASES, stepsOf } from '#agent/demo/phases.ts'
import type { PhaseId } from '#agent/demo/phases.ts'
import { ScenarioDriver } from '#agent/demo/scenario-driver.ts'
import { SCENARIOS } from '#domain/schemas/demonstration.ts'
import type { DemonstrationStatus } from '#domain/schemas/demonstration.ts'

const START = 1_700_000_000_000

let told: Pick<DemonstrationStatus, 'scenario' | 'phase'>[]
let entered: PhaseId[]
let driver: ScenarioDriver

beforeEach(() => {
  vi.useFakeTimers({ now: START })
  told = []
  entered = []
  driver = driverAt(1)
})
afterEach(() => vi.useRealTimers())

function driverAt(speed: number): ScenarioDriver {
  const ids = Object.keys(PHASES) as PhaseId[]
  return new ScenarioDriver({
    speed,
    clock: { wallNow: () => Date.now(), monotonicNow: () => performance.now() },
    stage: {
      enter: (phase) => entered.push(ids.find((id) => PHASES[id] === phase) ?? 'calm'),
      publish: (status) => told.push(status),
    },
  })
}

test('the tour shows each failure, with calm before each, and begins again', () => {
  driver.play('tour')
  vi.advanceTimersByTime(stepsOf('tour').reduce((sum, step) => sum + (step.seconds ?? 0) * 1000, 0))
  expect(told.map(({ phase }) => phase.id)).toEqual([
    ...['calm', 'pool-exhaustion', 'calm', 'dependency-down', 'calm', 'leak', 'calm', 'crash-loop', 'calm'],
  ])
  expect(told.map(({ phase }) => (phase.since - START) / 1000)).toEqual([
    0, 60, 105, 150, 210, 255, 315, 360, 380,
  ])
  expect(told.slice(0, -1).map(({ phase }) => phase.until)).toEqual(
    told.slice(1).map(({ phase }) => phase.since),
  )
})

test('any other scenario stays until the next is asked for, which comes at once', () => {
  driver.play('leak')
  vi.advanceTimersByTime(3_600_000)
  expect(told).toHaveLength(1)
  expect(told[0]?.phase).toMatchObject({ id: 'leak', since: START, until: null })
  driver.play('tour')
  expect(told.at(-1)).toMatchObject({ scenario: 'tour', phase: { id: 'calm', since: START + 3_600_000 } })
})

test('a request in the middle of the tour ends the tour', () => {
  driver.play('tour')
  driver.play('dependency-down')
  vi.advanceTimersByTime(3_600_000)
  expect(entered).toEqual(['calm', 'dependency-down'])
})

test('stopping undoes whatever was done, and nothing follows', () => {
  driver.play('crash-loop')
  driver.stop()
  vi.advanceTimersByTime(3_600_000)
  expect(entered).toEqual(['crash-loop', 'calm'])
})

test('the speed divides every duration', () => {
  driverAt(60).play('tour')
  expect(told[0]?.phase.until).toBe(START + 1000)
})

test('each scenario has its phases, and each phase a sentence that ends as one', () => {
  for (const scenario of SCENARIOS) {
    for (const { phase } of stepsOf(scenario)) expect(PHASES[phase].sentence).toMatch(/^[A-Z].*\.$/)
  }
})

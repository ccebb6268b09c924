/**
 * Gate: against the real demonstration target, a full pool is answered with 503 and a time to come back, and clients who
 * keep to it make no storm; an open breaker is answered at once; and both states end when their cause has.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { DemoGround, DemoRun, type Answer } from '../integration/support/demo.ts'
import { until } from '../support/until.ts'
import { printGate, type Look } from './gate.ts'
import { judgeClients, type ClientStory } from './polite-clients.ts'
import { FAIL_FAST_MS, judgeBreaker, judgeRefusal } from './resilience-judge.ts'

const COMES_ABOUT_MS = 40_000
const ASKED = 20
const CLIENTS = 5
const CLIENT_WINDOW_MS = 8000
const PAGE_OF_ITS_OWN = 500_000
const QUOTES = 700_000

let nextPage = PAGE_OF_ITS_OWN

await printGate(async (look) => {
  const ground = await DemoGround.open()
  const run = new DemoRun(ground.arguments('gunicorn', 'calm'), { HOLDFAST_DEMO_BREAKER_OPEN_SECONDS: '2' })
  try {
    const { targetKind } = await run.event('ready')
    look.holds(targetKind === 'gunicorn', 'target_kind', `the target is ${targetKind}, and no gunicorn`)
    await until('a healthy target', async () => (await ground.health()).status === 'healthy', COMES_ABOUT_MS)
    await lookAtPool(look, ground)
    await lookAtBreaker(look, ground)
  } finally {
    await run.stop()
    await ground.close()
  }
})

async function lookAtPool(look: Look, ground: DemoGround): Promise<void> {
  await ground.play('pool-exhaustion')
  await until(
    'an exhausted pool',
    async () => (await ground.health()).database_pool?.state.saturation === 1,
    COMES_ABOUT_MS,
  )
  const refused = await until(
    'a refused request',
    async () => {
      const answer = await ground.get(`/reports/${(nextPage += 1)}`)
      return answer.status === 503 && answer
    },
    COMES_ABOUT_MS,
  )
  look.add(2, judgeRefusal(refused))
  const seen = await ground.health()
  look.holds(seen.status === 'degraded', 'health_untrue', `health says ${seen.status} while the pool is full`)

  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => politeClient(ground)))
  const findings = judgeClients(clients, CLIENT_WINDOW_MS)
  look.add(clients.length, findings)
  look.figure(
    'requests of clients that keep to Retry-After',
    sum(clients, ({ sent }) => sent),
    null,
    'no retry storm',
  )
  look.figure(
    'of those refused',
    sum(clients, ({ refused: times }) => times),
  )

  const from = performance.now()
  await ground.play('calm')
  const recovered = await comesTrue('a pool with room', async () => {
    const { status, database_pool: pool } = await ground.health()
    return status === 'healthy' && (pool?.state.saturation ?? 1) < 0.9
  })
  look.holds(
    recovered,
    'pool_stays_full',
    `the pool has no room ${COMES_ABOUT_MS / 1000} s after its cause ended`,
  )
  look.figure('pool recovered within', Math.round(performance.now() - from), 'ms')
}

/** Asks again only when it was told to, as the console does (SH8). */
async function politeClient(ground: DemoGround): Promise<ClientStory> {
  const end = performance.now() + CLIENT_WINDOW_MS
  const story = { sent: 0, refused: 0, shortestWaitMs: Number.POSITIVE_INFINITY, answered: 0, unguided: 0 }
  while (performance.now() < end) {
    const answer: Answer = await ground.get(`/reports/${(nextPage += 1)}`)
    story.sent += 1
    if (answer.status !== 503) {
      story.answered += 1
      await pause(1000)
      continue
    }
    story.refused += 1
    const waitMs = Number(answer.retryAfter) * 1000
    if (Number.isFinite(waitMs) && waitMs > 0) story.shortestWaitMs = Math.min(story.shortestWaitMs, waitMs)
    else story.unguided += 1
    await pause(Number.isFinite(waitMs) && waitMs > 0 ? waitMs : 100)
  }
  return story
}

async function lookAtBreaker(look: Look, ground: DemoGround): Promise<void> {
  await ground.play('dependency-down')
  const isOpen = await comesTrue(
    'an open breaker',
    async () => (await ground.health()).circuit_breaker?.state === 'OPEN',
  )
  look.holds(isOpen, 'breaker_shut', 'the breaker does not open while its dependency resets every connection')
  const answers: { tookMs: number; status: number; retryAfter: string | null }[] = []
  for (let asked = 0; asked < ASKED; asked += 1) {
    const from = performance.now()
    const { status, retryAfter } = await ground.get(`/quotes/${QUOTES + asked}`)
    answers.push({ tookMs: performance.now() - from, status, retryAfter })
  }
  const { slowest, findings } = judgeBreaker(answers)
  look.add(ASKED, findings)
  look.figure('answers with an open breaker, 90 %', Math.round(slowest), 'ms', `≤ ${FAIL_FAST_MS}`)

  const from = performance.now()
  await ground.play('calm')
  const recovered = await comesTrue('a closed breaker', async () => {
    // A half-open breaker closes by the requests that come through.
    await ground.get(`/quotes/${(nextPage += 1)}`)
    const { status, circuit_breaker: breaker } = await ground.health()
    return breaker?.state === 'CLOSED' && status === 'healthy'
  })
  look.holds(
    recovered,
    'breaker_stays_open',
    `the breaker is not closed ${COMES_ABOUT_MS / 1000} s after its cause ended`,
  )
  look.figure('breaker recovered within', Math.round(performance.now() - from), 'ms')
}

function comesTrue(what: string, isSo: () => Promise<boolean>): Promise<boolean> {
  return until(what, isSo, COMES_ABOUT_MS).then(
    () => true,
    () => false,
  )
}

function sum(stories: readonly ClientStory[], of: (story: ClientStory) => number): number {
  return stories.reduce((total, story) => total + of(story), 0)
}

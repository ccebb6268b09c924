/**
 * A service that no restart can mend: how often each supervisor starts it all the same. Holdfast's times are a tenth
 * of those it ships with, so that its ten minutes are one; its peers work by their own defaults, in that same minute.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Health } from '#domain/schemas/health.ts'
import { AGENT_PROGRAM } from '../../support/holdfast.ts'
import { freePort } from '../../integration/support/demo.ts'
import { waitFor } from '../../integration/support/wait.ts'
import { Watched } from '../../integration/support/watched.ts'
import { Peers, type Peer } from '../support/peers.ts'
import { Story } from '../support/report.ts'
import { SHIPPED, tailOf } from '../support/watching.ts'

const MINUTE_MS = 60_000
/** Of 60 s, 600 s, 30 s and 40 s; the probe is as it ships. */
const A_TENTH = {
  ...SHIPPED,
  WORKER_RESTART_COOLDOWN: '6',
  WORKER_RESTART_WINDOW_SECONDS: '60',
  HOLDFAST_START_GRACE_S: '3',
  HOLDFAST_RESTART_TIMEOUT_S: '4',
}
/** Fails at once, and fails after it has seemed to work for a while. */
const PROGRAMS = { 'ends-at-once': '0', 'ends-after-2-s': '2' }

const story = await Story.open('crash-loop')
const stage = new Watched()
const peers = await Peers.start(PROGRAMS)
const peersFrom = performance.now()
try {
  // Its graceful timeout adds to the time that a restart is given.
  await stage.startTarget({ args: ['--graceful-timeout', '1'] })
  stage.startWatchdog(A_TENTH)
  const tail = await tailOf(stage)
  const from = performance.now()
  stage.tellHealth({ status: 'unhealthy' })
  await pause(MINUTE_MS - (from - peersFrom))
  for (const peer of peers.all) {
    if ('whyNot' in peer) story.notMeasured(peer.name, peer.whyNot)
    else reportPeer(peer)
  }
  await pause(MINUTE_MS - (performance.now() - from))
  await tail.catchUp()
  const { policy, recommendation } = await shownByTheAgent()
  story.measured(
    'a target that stays ill, 60 s at a tenth of the shipped times: holdfast watchdog',
    {
      automatic_restarts: tail.of('intent').filter(({ event }) => event.ask.source === 'auto').length,
      signals: stage.hups,
      guard_latched: tail.of('guard_latched').map(({ event }) => event.reason),
      state: policy,
      recommendation,
    },
    {
      automatic_restarts: { atMost: 3 },
      signals: { atMost: 3 },
      guard_latched: { exactly: ['churn'] },
      state: { exactly: 'guarded' },
      recommendation: { exactly: 'release_guard_or_override' },
    },
  )
} finally {
  await peers.stop()
  await stage.close()
}
story.close()

/** In the minute that begins with the first start of each. */
function reportPeer({ name, happened }: Peer): void {
  const startsOf = (service: string) => {
    const [first = 0, ...others] = happened(service, 'start')
    return 1 + others.filter((at) => at - first <= MINUTE_MS).length
  }
  const starts = Object.keys(PROGRAMS).map((service) => [service, startsOf(service)] as const)
  story.measured(`a program that ends again and again, starts in 60 s: ${name}`, Object.fromEntries(starts))
}

/** What a person reads then: from an agent beside the watchdog, which has probed the target itself. */
async function shownByTheAgent(): Promise<{ policy: string; recommendation: string }> {
  const port = await freePort()
  const agent = spawn(process.execPath, [AGENT_PROGRAM, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      ...A_TENTH,
      HOLDFAST_CONTRACT_FILE: join(stage.directory, 'contract.json'),
      HOLDFAST_PORT: String(port),
      HOLDFAST_STATSD_PORT: '0',
    },
    stdio: 'ignore',
  })
  try {
    const health = await waitFor('an agent that has probed', async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null)
      const shown = answer === null ? null : ((await answer.json()) as Health)
      return shown?.status === 'unhealthy' && shown
    })
    const { policy_state, recovery_recommendation } = health.resilience
    return { policy: policy_state.state, recommendation: recovery_recommendation.action }
  } finally {
    agent.kill('SIGKILL')
  }
}

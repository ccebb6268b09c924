/** What runs: agent, watchdog, target, the ports between them, and the clock. Each look is bounded in time. */
import { existsSync } from 'node:fs'
import { findAgent, type FoundAgent } from '#agent/operator/agent-line.ts'
import { readAnswer } from '#agent/intake/read-answer.ts'
import { livingWord } from '#agent/serve/watchdog-liveness.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { systemClock } from '#agent/system/clock.ts'
import { httpProbe } from '#agent/system/http-probe.ts'
import { bootId } from '#agent/system/proc-stat.ts'
import { requireFreePort } from '#agent/system/tcp-port.ts'
import { readTrafficIn } from '#agent/system/traffic-file.ts'
import { openUdp } from '#agent/system/udp.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { finding, good, notChecked, type Examination, type Look } from './examination.ts'

const AGENT_MS = 2_000
/** Written each second. */
const TRAFFIC_SILENCE_MS = 10_000
const NO_EARLIER = Date.UTC(2026, 0, 1)
const SYNCHRONIZED = '/run/systemd/timesync/synchronized'

export function runningExaminations(settings: Settings): Examination[] {
  const { state_dir: stateDir, runtime_dir: runtimeDir } = settings.contract.contract.paths
  const agent = answering({ stateDir, runtimeDir })
  return [
    { id: 'agent', title: 'Agent', look: async () => lookAtAgent(await agent) },
    { id: 'ports', title: 'Ports', look: async () => lookAtPorts(settings, (await agent) === null) },
    { id: 'watchdog', title: 'Watchdog', look: () => lookAtWatchdog(runtimeDir) },
    { id: 'target', title: 'Target', look: () => lookAtTarget(settings) },
    { id: 'statsd', title: 'Requests, as gunicorn tells them', look: async () => lookAtTraffic(runtimeDir) },
    { id: 'clock', title: 'Clock', look: async () => lookAtClock() },
  ]
}

/** null: it answers; else why it does not. */
async function answering(place: { stateDir: string; runtimeDir: string }): Promise<string | null> {
  const found: FoundAgent = await findAgent(place)
  if (found.kind === 'none') return found.why
  try {
    await found.line.get('/health/live', AGENT_MS)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

function lookAtAgent(why: string | null): Look {
  if (why === null) return good('it answers on its socket')
  return finding(`it does not answer (${why})`, 'systemctl start holdfast-agent, or npm start in a checkout')
}

/** What is free is good where no agent runs, and what is taken then keeps it from starting. */
async function lookAtPorts({ config: { values } }: Settings, isAgentThere: boolean): Promise<Look | Look[]> {
  if (isAgentThere) return good('the agent has them')
  const { host, port, 'statsd.port': statsd } = values
  const mend = 'stop that process, or set HOLDFAST_PORT or HOLDFAST_STATSD_PORT'
  const looks = await Promise.all([
    orTaken(
      async () => requireFreePort(host, port),
      port === 0 ? 'TCP: any free one' : `TCP ${host}:${port} is free`,
      mend,
    ),
    orTaken(
      async () => (await openUdp(statsd)).close(),
      statsd === 0 ? 'UDP: any free one' : `UDP 127.0.0.1:${statsd} is free`,
      mend,
    ),
  ])
  return looks
}

async function orTaken(work: () => Promise<unknown>, free: string, mend: string): Promise<Look> {
  try {
    await work()
    return good(free)
  } catch (error) {
    if (error instanceof HoldfastProblem) return finding(error.detail, mend)
    throw error
  }
}

const HELD: Readonly<Record<string, Look>> = {
  guarded: finding(
    'it runs; the guard is latched, and nothing restarts by itself until a person releases it',
    'find out why the restarts did not help, then: holdfast guard release --reason "…"',
  ),
  paused: finding(
    'it runs; a person has paused automatic restarts',
    'holdfast resume, when the work is done',
  ),
}

async function lookAtWatchdog(runtimeDir: string): Promise<Look> {
  const word = await livingWord(runtimeDir, systemClock.wallNow())
  if (word === null)
    return finding(
      'it does not run: nothing restarts by itself',
      'systemctl start holdfast-watchdog, or npm start in a checkout',
    )
  if (word.problem !== null)
    return finding(
      `it runs and is kept from its work (${word.problem})`,
      `docs/operations.md, Problems: ${word.problem}`,
    )
  return HELD[word.state] ?? good(`it runs, process ${word.pid}: ${word.state}`)
}

async function lookAtTarget({ config: { values }, contract: { contract } }: Settings): Promise<Look> {
  const url = values['target.health_url'] ?? `http://${contract.bind}/health`
  const startedAt = systemClock.monotonicNow()
  const answer = await httpProbe(url, values['probe.timeout_s'] * 1000)
  const seen = readAnswer(answer, systemClock.monotonicNow() - startedAt, systemClock.wallNow())
  const mend = 'holdfast status says what would help; see docs/runbook.md'
  if (seen.kind === 'failed') return finding(`${url} does not answer as it should (${seen.reason})`, mend)
  const status = seen.health?.status ?? (seen.httpStatus < 400 ? 'healthy' : `HTTP ${seen.httpStatus}`)
  const took = `in ${Math.round(seen.latencyMs)} ms`
  return status === 'healthy'
    ? good(`${url} answers ${took}, healthy`)
    : finding(`${url} answers ${took}: ${status}`, mend)
}

function lookAtTraffic(runtimeDir: string): Look {
  const traffic = readTrafficIn(runtimeDir)
  if (traffic === null) return notChecked('only an agent that runs counts them')
  const ageMs = systemClock.monotonicNow() - traffic.until
  if (traffic.boot !== bootId() || ageMs > TRAFFIC_SILENCE_MS)
    return notChecked('what was counted is old: the agent does not run')
  const requests = traffic.seconds.reduce((sum, one) => sum + one.requests, 0)
  if (requests > 0) return good(`${requests} in the last minute`)
  return notChecked('none in the last minute: nobody asks, or gunicorn lacks --statsd-host')
}

function lookAtClock(): Look {
  const now = systemClock.wallNow()
  if (now < NO_EARLIER)
    return finding(`it says ${new Date(now).toISOString()}`, 'timedatectl set-ntp true, or set it by hand')
  if (existsSync(SYNCHRONIZED)) return good('synchronized, as systemd-timesyncd says')
  return notChecked('nothing on this host tells whether it is synchronized; its time is plausible')
}

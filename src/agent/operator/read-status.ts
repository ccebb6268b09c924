/** `holdfast status`: from the agent where it answers, else from the files and a look at the target (INTERFACES). */
import type { ProbeOutcome } from '#domain/health/probe-outcome.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { health, type Health } from '#domain/schemas/health.ts'
import { workerStatus as workerStatusForm, type WorkerStatus } from '#domain/schemas/worker-api.ts'
import { isoText, type DurationMs } from '#domain/time.ts'
import { readAnswer } from '#agent/intake/read-answer.ts'
import { healthReader } from '#agent/serve/health-reader.ts'
import { workerStatus } from '#agent/serve/worker-desk.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { systemClock } from '#agent/system/clock.ts'
import { httpProbe } from '#agent/system/http-probe.ts'
import { bootId } from '#agent/system/proc-stat.ts'
import { AgentGone, dataOf, findAgent, type AgentLine } from './agent-line.ts'
import { placeOf } from './operator-commands.ts'
import { readHistory, requireReadable } from './read-history.ts'

export interface StatusDocument {
  at: string
  source: 'agent' | 'files'
  /** Why the agent was not asked, or did not answer. */
  agent_problem: string | null
  target: { name: string; bind: string }
  health: Health
  worker: WorkerStatus
}

/** A person waits; the files are there at once. */
const AGENT_MS: DurationMs = 2_000

export async function readStatus(settings: Settings): Promise<StatusDocument> {
  const { bind, kind, units } = settings.contract.contract
  const target = { name: kind === 'demonstration' ? 'the demonstration' : units.target, bind }
  const common = () => ({ at: isoText(systemClock.wallNow()), target })
  const found = await findAgent(placeOf(settings))
  let why = found.kind === 'none' ? found.why : ''
  if (found.kind === 'line') {
    try {
      const seen = await fromAgent(found.line)
      return { ...common(), source: 'agent', agent_problem: null, ...seen }
    } catch (error) {
      why = reasonOf(error)
    }
  }
  const seen = await fromFiles(settings)
  return { ...common(), source: 'files', agent_problem: why, ...seen }
}

type Seen = Pick<StatusDocument, 'health' | 'worker'>

async function fromAgent(line: AgentLine): Promise<Seen> {
  const [seenHealth, seenWorker] = await Promise.all([
    line.get('/health', AGENT_MS),
    line.get('/admin/api/worker/status', AGENT_MS),
  ])
  // Un-enveloped, and 503 while the target is unhealthy: an answer all the same.
  const read = health.safeParse(seenHealth.body)
  if (!read.success) throw new HoldfastProblem('agent_unreachable', 'its health has a form that is not known')
  return { health: read.data, worker: dataOf(seenWorker, workerStatusForm) }
}

function reasonOf(error: unknown): string {
  if (error instanceof AgentGone) return `it is not running (${error.message})`
  if (error instanceof HoldfastProblem) return error.detail
  throw error
}

async function fromFiles({ config: { values }, contract: { contract, drift } }: Settings): Promise<Seen> {
  const { state_dir: stateDir, runtime_dir: runtimeDir } = contract.paths
  await requireReadable(runtimeDir)
  const history = await readHistory({ stateDir, runtimeDir })
  const outcome = await lookAtTarget(
    values['target.health_url'] ?? `http://${contract.bind}/health`,
    values['probe.timeout_s'] * 1000,
  )
  const reader = healthReader({
    values,
    contract,
    contractValid: drift.length === 0,
    probe: { latest: () => ({ outcome, since: null }) },
    history: { latest: () => history, fresh: async () => history },
    boot: bootId(),
    clock: systemClock,
  })
  const reading = reader.latest()
  return { health: reading.health, worker: await workerStatus(reading, contract) }
}

async function lookAtTarget(url: string, timeoutMs: DurationMs): Promise<ProbeOutcome> {
  const startedAt = systemClock.monotonicNow()
  const answer = await httpProbe(url, timeoutMs)
  return readAnswer(answer, systemClock.monotonicNow() - startedAt, systemClock.wallNow())
}

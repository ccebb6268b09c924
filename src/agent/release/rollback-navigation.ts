/**
 * The navigation half of a rollback (SH7): out of the console, and seen from the outside to be out. What is asked is what
 * a browser asks, at the address by which it comes. Each step is timed; the whole is measured by whoever calls it.
 */
import { HoldfastProblem } from '#domain/problems.ts'
import type { RollbackStep } from '#domain/schemas/rollback-report.ts'
import type { DurationMs } from '#domain/time.ts'
import { restartDryRun } from '#domain/schemas/worker-api.ts'
import { dataOf } from '#agent/operator/agent-line.ts'
import { changeSwitch } from '#agent/operator/kill-switch.ts'
import { withAgent } from '#agent/operator/with-agent.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { outsideAddress } from './outside-address.ts'
import { seesClassicPage, seesHealth } from './outside-looks.ts'
import { TimedSteps, type Seen } from './timed-steps.ts'

const ANSWER_MS: DurationMs = 3_000

export interface RollbackAsk {
  readonly settings: Settings
  /** Of the host whose link to a release is meant. */
  readonly root: string
  /** The release, or checkout, that this program is of. */
  readonly release: string
  /** Cleaned. */
  readonly reason: string
  readonly clock: Pick<Clock, 'monotonicNow'>
  /** Until then a step may wait for what it wants to see. */
  readonly deadline: DurationMs
  /** What went on, for whoever waits. */
  readonly say: (sentence: string) => void
}

/** Engaged is engaged, whatever is seen afterwards: the steps say it. */
export async function rollBackNavigation(ask: RollbackAsk): Promise<readonly RollbackStep[]> {
  const { settings, clock } = ask
  const steps = new TimedSteps('navigation', clock)
  if (!(await steps.take('engage', () => engage(ask)))) return steps.taken
  const address = await outsideAddress(settings)
  await steps.take('classic_page', () => seesClassicPage(address, ask))
  await steps.take('health', () => seesHealth(address, ask))
  await steps.take('dry_run', () => dryRun(settings))
  return steps.taken
}

/** A guarded restart would be heard: through the agent, by the policy, as if it were asked for. Refused is heard. */
async function dryRun(settings: Settings): Promise<Seen> {
  const { allowed, reasons } = await withAgent(settings, async (line) =>
    dataOf(await line.get('/admin/api/worker/restart/dry-run', ANSWER_MS), restartDryRun),
  )
  const why = reasons.map(({ message }) => message).join(' ')
  return { outcome: 'done', detail: `a restart would be ${allowed ? 'carried out' : 'refused'} now: ${why}` }
}

async function engage({ settings, reason, say }: RollbackAsk) {
  const { holds, via, notes } = await changeSwitch(settings, { engaged: true, route: null, reason })
  notes.forEach(say)
  const files = holds.map(({ place, file }) => `${place}/${file}`).join(', ')
  if (files === '') throw new HoldfastProblem('switch_unwritable', 'it was set, and is not there')
  return { outcome: 'done' as const, detail: `engaged by ${files}, through the ${via}` }
}

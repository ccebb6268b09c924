/** Puts together what `/health` says, at most as often as the target is looked at (OB5). */
import type { ConfigValues } from '#domain/config/fields.ts'
import { composeHealth } from '#domain/health/compose.ts'
import type { EventTime } from '#domain/journal/events.ts'
import type { JournalState } from '#domain/journal/fold.ts'
import { policyConfigOf } from '#domain/policy/config.ts'
import { policyViewOf, type PolicyView } from '#domain/policy/view.ts'
import type { Health } from '#domain/schemas/health.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { TargetProbe } from '#agent/intake/target-probe.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import { switchedOff } from '#agent/navigation/switch-files.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { oncePerTurn } from '#agent/system/once-per-turn.ts'
import type { HistoryWatch } from './history-watch.ts'
import { switchDirectories } from './navigation-desk.ts'

interface HealthReaderParts {
  values: ConfigValues
  contract: RuntimeContract
  /** False where the contract and this process's environment disagree, and that is only warned of. */
  contractValid: boolean
  probe: Pick<TargetProbe, 'latest'>
  history: Pick<HistoryWatch, 'latest' | 'fresh'>
  /** Which boot this is: times of another one are compared by the wall clock alone. */
  boot: string
  clock: Clock
}

/** One moment: what the policy says, and the health payload that is made of it. */
export interface PolicyReading {
  readonly view: PolicyView
  readonly health: Health
  readonly now: EventTime
  /** False: the view is of an empty history, and guarded. */
  readonly historyReadable: boolean
}

/** A storm of questions is answered by what was put together a moment ago; its age is wrong by no more than this. */
const KEPT_MS: DurationMs = 100

export interface HealthReader {
  latest(): PolicyReading
  /** With the journals read up to this moment, for what is decided and not only shown. */
  fresh(): Promise<PolicyReading>
}

export function healthReader({
  values,
  contract,
  contractValid,
  probe,
  history,
  boot,
  clock,
}: HealthReaderParts): HealthReader {
  const config = policyConfigOf(values)
  const directories = switchDirectories(contract)
  const timeNow = (): EventTime => ({ wall: clock.wallNow(), monotonic: clock.monotonicNow(), boot })
  const read = (history: JournalState | null, navigation: Health['navigation'] & object): PolicyReading => {
    const now = timeNow()
    const { outcome, since } = probe.latest()
    const view = policyViewOf({ config, history, outcome, now })
    const health = composeHealth({
      outcome,
      since,
      policy: {
        config,
        situation: view.situation,
        lastCompletedAt: lastCompletedAt(view.history),
        unhelpfulRestarts: view.history.unhelpfulInARow,
      },
      pool: { warning: values['pool.warning'], critical: values['pool.critical'] },
      contract: { version: contract.version, valid: contractValid },
      navigation,
      now: now.wall,
    })
    return { view, health, now, historyReadable: history !== null }
  }
  // Looked at whenever somebody asks (SH3): what open tabs leave by must not lag behind what a load is given.
  const navigationNow = oncePerTurn(() => {
    const navigation = switchedOff(directories)
    return { navigation, text: String([navigation.engaged, ...navigation.routes]) }
  })
  let kept: { reading: PolicyReading; of: readonly unknown[] } | null = null
  const latest = (): PolicyReading => {
    const { navigation, text } = navigationNow()
    const of = [probe.latest().outcome, history.latest(), Math.floor(clock.monotonicNow() / KEPT_MS), text]
    if (kept === null || of.some((one, place) => one !== kept?.of[place])) {
      kept = { reading: read(history.latest(), navigation), of }
    }
    return kept.reading
  }
  return { latest, fresh: async () => read(await history.fresh(), switchedOff(directories)) }
}

function lastCompletedAt({ history }: JournalState): EpochMs | null {
  const last = history.findLast((item) => item.kind === 'attempt' && item.outcome !== null)
  return last?.kind === 'attempt' ? (last.outcome?.at.wall ?? null) : null
}

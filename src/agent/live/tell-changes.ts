/** Looks at what the agent knows, and tells what has become different since the last look. */
import type { Health } from '#domain/schemas/health.ts'
import type { LiveState, LiveStateOf } from '#domain/schemas/live-events.ts'
import type { NavigationView } from '#domain/schemas/navigation-api.ts'
import type { JournalState } from '#domain/journal/fold.ts'
import { lastRestartLine } from '#domain/journal/restart-lines.ts'
import { policyVersion } from '#domain/policy/state-version.ts'
import { isoText, type DurationMs } from '#domain/time.ts'
import type { HealthReader, PolicyReading } from '#agent/serve/health-reader.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { LiveReaders } from './live-readers.ts'

const LOOK_MS: DurationMs = 250
const RAW_MS: DurationMs = 1_000

export interface ChangeSources {
  readonly reader: Pick<HealthReader, 'latest'>
  /** The kill switch, looked at anew. */
  readonly navigation: () => NavigationView
  /** Where the raw samples end. */
  readonly rawEnd: () => string
  readonly clock: Clock
}

/** `look`: something has just been changed here, and nobody need wait for the next look. */
export function startTellingChanges(
  readers: LiveReaders,
  sources: ChangeSources,
): { look(): void; stop(): void } {
  const look = changeTeller(readers, sources)
  look()
  readers.lookBeforeOpening(look)
  const timer = setInterval(look, LOOK_MS)
  return { look, stop: () => clearInterval(timer) }
}

/** One look. */
export function changeTeller(
  readers: Pick<LiveReaders, 'publish' | 'notice'>,
  { reader, navigation, rawEnd, clock }: ChangeSources,
): () => void {
  const told = new Map<LiveState, string>()
  let history: JournalState | null = null
  let raw = ''
  let rawToldAt = Number.NEGATIVE_INFINITY

  /** `mark` is what has to be different; the data may hold more, which is not worth an event of its own. */
  const tell = <Kind extends LiveState>(kind: Kind, mark: unknown, data: () => LiveStateOf<Kind>) => {
    const text = JSON.stringify(mark)
    if (told.get(kind) === text) return
    told.set(kind, text)
    readers.publish(kind, data())
  }
  const tellRaw = () => {
    const end = rawEnd()
    if (end === raw || clock.monotonicNow() - rawToldAt < RAW_MS) return
    raw = end
    rawToldAt = clock.monotonicNow()
    readers.notice('raw', { at: clock.wallNow() })
  }
  return () => {
    // First: whoever has to leave does not wait for the rest.
    const switched = navigation()
    tell('navigation', switched, () => switched)
    const reading = reader.latest()
    const policy = policyOf(reading)
    const last = { last_restart: lastRestartLine(reading.view.history) }
    tell('health', withoutAge(reading.health), () => reading.health)
    tell('policy', [policy.version, policy.history_readable, policy.recovery_recommendation], () => policy)
    tell('restarts', last, () => last)
    if (reading.view.history !== history) {
      history = reading.view.history
      readers.publish('audit', { changed_at: isoText(clock.wallNow()) })
    }
    tellRaw()
  }
}

function policyOf({ view, health, historyReadable }: PolicyReading): LiveStateOf<'policy'> {
  const { policy_state, recovery_recommendation } = health.resilience
  const version = policyVersion(view.situation, view.history)
  return { version, history_readable: historyReadable, policy_state, recovery_recommendation }
}

/** A second that went by is no news. */
function withoutAge(health: Health): unknown {
  const { resilience } = health
  const policy_state = { ...resilience.policy_state, cooldown_remaining_seconds: 0 }
  return { ...health, checked_at: null, age_ms: null, resilience: { ...resilience, policy_state } }
}

/**
 * The health probe: asks the target, one question at a time, and keeps the last answer. What it sees is
 * stored raw; what it means is the domain's to say.
 */
import type { ProbeTally } from '#domain/exposition/probe-tally.ts'
import type { ProbeOutcome } from '#domain/health/probe-outcome.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { HttpProbe } from '#agent/ports/http-probe.ts'
import type { RawStore } from '#agent/store/raw-store.ts'
import { AscendingTime } from './ascending-time.ts'
import { awaitPayload, type ScrapedElsewhere, storePayload } from './payload-streams.ts'
import { readAnswer, type SeenOutcome } from './read-answer.ts'

interface ProbeOptions {
  url: string
  intervalMs: DurationMs
  timeoutMs: DurationMs
  ask: HttpProbe
  clock: Clock
  store: RawStore
  scraped: ScrapedElsewhere
  tally: Pick<ProbeTally, 'add'>
}

export interface TargetProbe {
  /** What the last probe saw, and since when the target has been in that condition. */
  latest(): { outcome: ProbeOutcome; since: EpochMs | null }
  stop(): void
}

export function startTargetProbe({
  url,
  intervalMs,
  timeoutMs,
  ask,
  clock,
  store,
  scraped,
  tally,
}: ProbeOptions): TargetProbe {
  const time = new AscendingTime(clock)
  let outcome: ProbeOutcome = { kind: 'never' }
  let since: EpochMs | null = null
  let timer: NodeJS.Timeout | null = null
  let stopped = false

  const look = async () => {
    const startedAt = clock.monotonicNow()
    const answer = await ask(url, timeoutMs)
    if (stopped) return
    const seen = readAnswer(answer, clock.monotonicNow() - startedAt, time.now())
    if (conditionOf(seen) !== conditionOf(outcome) || since === null) since = seen.at
    outcome = seen
    tally.add(seen)
    record(store, seen)
    storePayload(store, seen, scraped)
    timer = setTimeout(look, intervalMs)
  }
  awaitPayload(store, time.now(), scraped)
  timer = setTimeout(look, 0)

  return {
    latest: () => ({ outcome, since }),
    stop: () => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}

/** Two outcomes of one condition belong to one stretch of time. */
function conditionOf(outcome: ProbeOutcome): string {
  switch (outcome.kind) {
    case 'never':
      return 'never'
    case 'failed':
      return 'failed'
    case 'answered':
      return `${outcome.health?.status ?? outcome.httpStatus} ${outcome.health?.degraded_reason ?? ''}`
  }
}

function record(store: RawStore, seen: SeenOutcome): void {
  if (seen.kind === 'failed') {
    store.addProbe(seen.at, { ok: false, latencyMs: null, reason: `target_${seen.reason}` })
    return
  }
  const { health, httpStatus, latencyMs, at } = seen
  const ok = httpStatus < 500 && health?.status !== 'unhealthy'
  const reason = health?.degraded_reason ?? (ok ? '' : (health?.status ?? `http_${httpStatus}`))
  store.addProbe(at, { ok, latencyMs, reason })
}

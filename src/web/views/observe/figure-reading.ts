/** From the feed of figures to what one figure shows: the case, the value, the age of the data behind it. */
import type { MetricValue } from '#domain/metrics/contract.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import { staleText } from '#web/age-text.ts'
import type { Observation, Section } from '#web/compute/protocol.ts'
import { gapText } from '#web/gap-text.ts'
import { messages } from '#web/messages.ts'
import { observeMessages } from '#web/messages-observe.ts'
import type { Feed } from '#web/stores/feed.ts'
import type { Reading } from '#web/ui/reading.ts'

export interface FigureSource<T> {
  readonly section: (observation: Observation) => Section<T>
  readonly value: (findings: T) => MetricValue
  /** When the sample behind the value was taken, on the agent's clock; by itself the answer's own time. */
  readonly sampledAt?: (findings: T) => EpochMs | null
}

export function figureReading<T>(
  feed: Feed<Observation>,
  source: FigureSource<T>,
  { now, holdMs }: { now: EpochMs; holdMs: DurationMs },
): Reading {
  if (feed.kind === 'loading') return { kind: 'loading' }
  if (feed.kind === 'failed') {
    return { kind: 'failed', why: staleText(feed, now) }
  }
  const section = source.section(feed.value)
  if (section.kind === 'absent')
    return {
      kind: 'failed',
      why: section.reason === null ? observeMessages.figures.noStream : gapText(section.reason),
    }
  if (section.kind === 'malformed') {
    return { kind: 'failed', why: observeMessages.figures.malformed(section.fault) }
  }
  const value = source.value(section.value)
  const sampledAt = source.sampledAt?.(section.value) ?? feed.value.agentNow
  const sampleAgeMs = Math.max(0, feed.value.agentNow - sampledAt)
  const ageMs = Math.max(0, now - feed.readAt) + sampleAgeMs
  if (feed.kind === 'stale') return { kind: 'stale', value, ageMs, why: staleText(feed.why, now) }
  // The agent answers, but its newest sample is older than it may speak for.
  if (sampleAgeMs > holdMs) return { kind: 'stale', value, ageMs, why: messages.age.noNewSample }
  return { kind: 'live', value, ageMs }
}
